import type { Audience, DeliveryView, IncidentDetail, RoomView } from '@cordon/contract';
import { useState } from 'react';
import { words } from '../../../parts/format.ts';
import { Ago } from '../../../parts/marks.tsx';
import { ErrorBox } from '../../../parts/states.tsx';
import { ActForm } from './act-form.tsx';
import { readDraft, roomActs } from './room.data.ts';
import { type InRoom, RoomPanel } from './room-panel.tsx';

const AUDIENCES: readonly Audience[] = ['technical', 'executive', 'legal', 'customer'];
const TONE = { waiting: 'on', delivered: 'ok', failed: 'bad' } as const;

/** What became of a mail, by recipient, with what the mail server said. */
function Deliveries({ deliveries }: { readonly deliveries: readonly DeliveryView[] }) {
  return (
    <ul className="deliveries">
      {deliveries.map(({ to, status, tries }) => (
        <li key={to} className="small">
          {to} <span className={`pill ${TONE[status]}`}>{words(status)}</span>{' '}
          <span className="muted">{tries.at(-1)?.said}</span>
        </li>
      ))}
    </ul>
  );
}

const NO_MAIL = 'No channel is configured that can send mail (docs/on-call.md).';

/** Updates for an audience, drafted from the facts, changed by a person, sent by mail. */
export function UpdatesPanel({ id, room, write }: InRoom) {
  const [draft, setDraft] = useState<{
    readonly audience: Audience;
    readonly subject: string;
    readonly text: string;
  }>();
  const [error, setError] = useState<unknown>();
  const begin = (audience: Audience) => {
    setError(undefined);
    readDraft(id, audience).then((made) => setDraft({ audience, ...made }), setError);
  };
  return (
    <RoomPanel title="Updates">
      <ul className="room-list">
        {room.updates.map((one) => (
          <li key={one.line}>
            <details>
              <summary>
                <span className="strong">{one.subject}</span>{' '}
                <span className="muted small">
                  {one.audience}, {one.by} <Ago time={one.at} />
                </span>
              </summary>
              <pre className="mail">{one.text}</pre>
            </details>
            <Deliveries deliveries={one.deliveries} />
          </li>
        ))}
      </ul>
      {write && !room.can_mail ? <p className="muted">{NO_MAIL}</p> : null}
      {write ? (
        <div className="row wrap">
          <span>Draft for</span>
          {AUDIENCES.map((audience) => (
            <button key={audience} type="button" className="button" onClick={() => begin(audience)}>
              {words(audience)}
            </button>
          ))}
        </div>
      ) : null}
      <ErrorBox error={error} />
      {write && draft ? (
        <ActForm
          key={`${draft.audience}${draft.text}`}
          label={`Update: ${draft.audience}`}
          verb="Send"
          fields={[
            { name: 'to', label: 'To, separated by commas', kind: 'line' },
            { name: 'subject', label: 'Subject', kind: 'line', initial: draft.subject },
            { name: 'text', label: 'Text', kind: 'text', initial: draft.text },
          ]}
          onSubmit={async ({ to = '', subject = '', text = '' }) => {
            const addresses = to.split(/[,;\s]+/).filter((one) => one !== '');
            const { audience } = draft;
            await write({ what: 'update_sent', audience, to: addresses, subject, text }, 'Sent.');
            setDraft(undefined);
          }}
        />
      ) : null}
    </RoomPanel>
  );
}

/** "Was it you?": who was asked, and what they said. */
export function QuestionsPanel({
  incident,
  room,
  isWritable,
}: {
  readonly incident: IncidentDetail;
  readonly room: RoomView;
  readonly isWritable: boolean;
}) {
  const accounts = [
    ...new Set(incident.entities.filter(({ kind }) => kind === 'user').map(({ id }) => id)),
  ];
  return (
    <RoomPanel title="Was it you?">
      {room.questions.length === 0 ? (
        <p className="muted">
          Nobody was asked. What the affected person answers becomes evidence.
        </p>
      ) : null}
      <ul className="room-list">
        {room.questions.map((one) => (
          <li key={one.line}>
            <span className="strong mono">{one.account}</span>{' '}
            {one.answered ? (
              <>
                <span className={`pill ${one.answered.answer === 'denied' ? 'bad' : 'ok'}`}>
                  {one.answered.answer === 'denied' ? 'It was not them' : 'It was them'}
                </span>{' '}
                <span className="muted small">
                  {one.answered.share > 0 ? '+' : ''}
                  {one.answered.share.toFixed(2)} nats, <Ago time={one.answered.at} />
                </span>
              </>
            ) : (
              <span className="pill on">no answer yet</span>
            )}
            <Deliveries deliveries={one.deliveries} />
          </li>
        ))}
      </ul>
      {isWritable && accounts.length > 0 && room.can_mail ? (
        <ActForm
          label="Ask the affected person"
          verb="Ask"
          fields={[
            {
              name: 'account',
              label: 'Account',
              kind: accounts.map((account) => [account, account] as const),
            },
            { name: 'to', label: 'Mail address of its holder', kind: 'mail' },
            { name: 'note', label: 'What they should know', kind: 'line', isOptional: true },
          ]}
          onSubmit={({ account = '', to = '', note = '' }) =>
            roomActs.ask(incident.id, { account, to, note })
          }
        />
      ) : null}
    </RoomPanel>
  );
}
