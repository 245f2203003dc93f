import type { OnCallView, TellingPreview } from '@cordon/contract';
import { useState } from 'react';
import { span } from '../../parts/format.ts';
import { Ago, At } from '../../parts/marks.tsx';
import { Empty, Loaded } from '../../parts/states.tsx';
import { ToldList } from '../../told-list.tsx';
import { FatiguePanel } from './fatigue-panel.tsx';
import { useFatigue, useMatters, useOnCall, usePreview } from './on-call.data.ts';
import './on-call.css';
import { OverridePanel } from './override-panel.tsx';
import { PeoplePanel } from './people-panel.tsx';
import { ShiftChart } from './shift-chart.tsx';

/** Who is on call, who was told of what, who answered, and what that cost. */
export function OnCallPage() {
  const onCall = useOnCall();
  return (
    <div className="page">
      <div className="page-head">
        <h1>On-call</h1>
      </div>
      <Loaded query={onCall} what="who is on call">
        {(view) => (view.is_configured ? <Body onCall={view} /> : <Nobody />)}
      </Loaded>
    </div>
  );
}

function Nobody() {
  return (
    <section className="panel">
      <Empty title="Nobody is told of anything yet">
        <span>
          Name <code>people</code>, <code>teams</code>, <code>on_call</code> and a channel under{' '}
          <code>notify</code> in cordon.yml; docs/on-call.md begins with one to copy.
        </span>
      </Empty>
    </section>
  );
}

function Body({ onCall }: { readonly onCall: OnCallView }) {
  const matters = useMatters();
  const fatigue = useFatigue(true);
  return (
    <>
      <NowPanel onCall={onCall} />
      <section className="panel" aria-labelledby="told-title">
        <header>
          <h2 id="told-title">Who was told, who answered</h2>
        </header>
        <Loaded query={matters} what="what people were told of">
          {({ items }) =>
            items.length === 0 ? (
              <Empty title="Nobody was told of anything" />
            ) : (
              <ToldList matters={items} />
            )
          }
        </Loaded>
      </section>
      <PeoplePanel onCall={onCall} />
      {onCall.schedules.length === 0 ? null : <OverridePanel onCall={onCall} />}
      <Loaded query={fatigue} what="what paging cost">
        {(report) => <FatiguePanel fatigue={report} />}
      </Loaded>
    </>
  );
}

function NowPanel({ onCall }: { readonly onCall: OnCallView }) {
  const [team, setTeam] = useState<string>();
  const preview = usePreview(team, true);
  return (
    <section className="panel" aria-labelledby="now-title">
      <header>
        <h2 id="now-title">Now and in the next 14 days</h2>
      </header>
      <div className="body stack">
        <dl className="defs">
          {onCall.schedules.map(({ id, title, shifts }) => (
            <div key={id} className="pair">
              <dt>{title}</dt>
              <dd>
                <span className={shifts[0]?.person ? 'strong' : 'bad'}>
                  {shifts[0]?.person?.name ?? 'Nobody'}
                </span>
                {shifts[0] ? (
                  <span className="muted">
                    {' '}
                    until <At time={shifts[0].to} /> (<Ago time={shifts[0].to} />)
                  </span>
                ) : null}
              </dd>
            </div>
          ))}
        </dl>
        {onCall.schedules.length === 0 ? null : <ShiftChart onCall={onCall} />}
        <div className="row preview-for">
          <label htmlFor="preview-team">A P1 now, for</label>
          <select
            id="preview-team"
            className="input"
            value={team ?? ''}
            onChange={(event) =>
              setTeam(event.target.value === '' ? undefined : event.target.value)
            }
          >
            <option value="">whoever it falls to</option>
            {onCall.teams.map(({ id, title }) => (
              <option key={id} value={id}>
                {title}
              </option>
            ))}
          </select>
        </div>
        <Loaded query={preview} what="who would be told">
          {(view) => <Preview preview={view} />}
        </Loaded>
      </div>
    </section>
  );
}

function Preview({ preview }: { readonly preview: TellingPreview }) {
  return (
    <ol className="preview">
      {preview.steps.map((step) => (
        <li key={JSON.stringify(step)}>
          <span className="muted small">
            {step.after_s === 0 ? 'at once' : `after ${span(step.after_s)}`}
          </span>{' '}
          {step.recipients.length === 0
            ? 'nobody'
            : step.recipients.map(({ person, why, urgency }) => (
                <span key={person.id}>
                  <span className="strong">{person.name}</span> gets a {urgency}
                  <span className="muted small">: {why}</span>{' '}
                </span>
              ))}
        </li>
      ))}
    </ol>
  );
}
