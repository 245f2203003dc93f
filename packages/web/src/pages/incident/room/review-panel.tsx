import type { RoomCauseView, RoomView } from '@cordon/contract';
import { Link } from '@tanstack/react-router';
import { Ago } from '../../../parts/marks.tsx';
import { Loaded } from '../../../parts/states.tsx';
import { ActForm, type Field } from './act-form.tsx';
import { useRecurrence, type Write } from './room.data.ts';
import { type InRoom, RoomPanel } from './room-panel.tsx';

/** Something of the review with the evidence it rests on. */
const evidenceField = (room: RoomView): Field => ({
  name: 'evidence',
  label: 'Evidence',
  kind: room.evidence.map((one) => [String(one.line), one.name] as const),
  isOptional: true,
});

const toEvidence = (text: string | undefined): number[] => (text ? [Number(text)] : []);

/** After the incident: what contributed, why, and whether it happened again. */
export function ReviewPanel({ id, room, write }: InRoom) {
  const recurrence = useRecurrence(id);
  return (
    <RoomPanel title="Review">
      <Loaded query={recurrence} what="whether it happened again">
        {(check) => (
          <div>
            <p>{check.text}</p>
            {check.found.map((one) => (
              <p key={one.id}>
                <Link to="/incidents/$id" params={{ id: one.id }} search={{}}>
                  {one.name} {one.title}
                </Link>
              </p>
            ))}
          </div>
        )}
      </Loaded>
      <h3>Contributing factors</h3>
      <ul className="room-list">
        {room.factors.map((one) => (
          <li key={one.line}>
            {one.text} <Names room={room} lines={one.evidence} />
          </li>
        ))}
      </ul>
      {write ? (
        <ActForm
          label="Contributing factor"
          verb="Add"
          fields={[{ name: 'text', label: 'Factor', kind: 'line' }, evidenceField(room)]}
          onSubmit={({ text = '', evidence }) =>
            write({ what: 'factor_added', text, evidence: toEvidence(evidence) }, 'Added.')
          }
        />
      ) : null}
      <h3>Why?</h3>
      <Causes room={room} under={undefined} />
      {write ? <WhyForm room={room} write={write} /> : null}
    </RoomPanel>
  );
}

function Names({ room, lines }: { readonly room: RoomView; readonly lines: readonly number[] }) {
  const names = room.evidence.filter((one) => lines.includes(one.line)).map(({ name }) => name);
  return names.length === 0 ? null : <span className="muted small">({names.join(', ')})</span>;
}

/** The tree of answers, each indented below the one it explains. */
function Causes({ room, under }: { readonly room: RoomView; readonly under: number | undefined }) {
  const causes = room.causes.filter((cause) => cause.under === under);
  if (causes.length === 0) return null;
  return (
    <ol className="whys">
      {causes.map((cause: RoomCauseView) => (
        <li key={cause.line}>
          {cause.text} <Names room={room} lines={cause.evidence} />{' '}
          <span className="muted small">
            {cause.by} <Ago time={cause.at} />
          </span>
          <Causes room={room} under={cause.line} />
        </li>
      ))}
    </ol>
  );
}

function WhyForm({ room, write }: { readonly room: RoomView; readonly write: Write }) {
  return (
    <ActForm
      label="An answer to why"
      verb="Add"
      fields={[
        { name: 'text', label: 'Because', kind: 'line' },
        {
          name: 'under',
          label: 'Why was',
          kind: room.causes.map((cause) => [String(cause.line), cause.text] as const),
          isOptional: true,
        },
        evidenceField(room),
      ]}
      onSubmit={({ text = '', under, evidence }) =>
        write(
          {
            what: 'cause_added',
            text,
            ...(under ? { under: Number(under) } : {}),
            evidence: toEvidence(evidence),
          },
          'Added.',
        )
      }
    />
  );
}
