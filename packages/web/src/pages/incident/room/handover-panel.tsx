import type { HandoverView } from '@cordon/contract';
import { Ago } from '../../../parts/marks.tsx';
import { Loaded } from '../../../parts/states.tsx';
import { ActForm } from './act-form.tsx';
import { useHandover } from './room.data.ts';
import { type InRoom, peopleIn, RoomPanel } from './room-panel.tsx';

const PARTS: readonly (readonly [keyof HandoverView, string])[] = [
  ['open_tasks', 'Open'],
  ['waiting', 'Waits for a decision'],
  ['held', 'Held'],
  ['on_call', 'On call'],
];

/** What whoever takes over must know, and the handing over itself. */
export function HandoverPanel({ id, room, write }: InRoom) {
  const handover = useHandover(id);
  return (
    <RoomPanel title="Hand-over">
      <Loaded query={handover} what="what is open">
        {(view) => (
          <dl className="handover">
            {PARTS.map(([part, title]) => (
              <div key={part}>
                <dt>{title}</dt>
                <dd>
                  {view[part].length === 0 ? (
                    <span className="muted">nothing</span>
                  ) : (
                    view[part].map((line) => <p key={line}>{line}</p>)
                  )}
                </dd>
              </div>
            ))}
          </dl>
        )}
      </Loaded>
      {room.handovers.map((one) => (
        <p key={one.line} className="small">
          {one.by} handed over to {one.to} <Ago time={one.at} />: {one.text}
        </p>
      ))}
      {write ? (
        <ActForm
          label="Hand over"
          verb="Hand over"
          fields={[
            { name: 'to', label: 'To', kind: peopleIn(room) },
            { name: 'text', label: 'What they should know', kind: 'text' },
          ]}
          onSubmit={({ to = '', text = '' }) =>
            write({ what: 'handed_over', to, text }, 'Handed over.')
          }
        />
      ) : null}
    </RoomPanel>
  );
}
