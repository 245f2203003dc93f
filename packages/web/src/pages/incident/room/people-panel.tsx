import { words } from '../../../parts/format.ts';
import { Ago } from '../../../parts/marks.tsx';
import { ActForm } from './act-form.tsx';
import { type InRoom, nameIn, peopleIn, RoomPanel, TakeBack } from './room-panel.tsx';

const ROLES = ['lead', 'communications', 'scribe', 'contact'] as const;

/** Who is what in this incident, and what was decided. */
export function PeoplePanel({ room, write }: Omit<InRoom, 'id'>) {
  return (
    <RoomPanel title="Roles">
      {room.roles.length === 0 ? <p className="muted">Nobody leads yet.</p> : null}
      <ul className="room-list">
        {room.roles.map((one) => (
          <li key={one.line} className="row">
            <span className="grow">
              <span className="strong">{nameIn(room, one.person)}</span>{' '}
              {words(one.role).toLowerCase()}
              {one.department ? ` for ${one.department}` : ''}
            </span>
            <TakeBack
              line={one.line}
              verb="End"
              what={`${nameIn(room, one.person)} ${one.role}`}
              said="The role has ended."
              write={write}
            />
          </li>
        ))}
      </ul>
      {write ? (
        <ActForm
          label="Give a role"
          verb="Give"
          fields={[
            { name: 'person', label: 'Person', kind: peopleIn(room) },
            { name: 'role', label: 'Role', kind: ROLES.map((role) => [role, words(role)]) },
            { name: 'department', label: 'Department', kind: 'line', isOptional: true },
          ]}
          onSubmit={({ person = '', role, department }) =>
            write(
              {
                what: 'role_given',
                person,
                role: ROLES.find((one) => one === role) ?? 'contact',
                ...(department ? { department } : {}),
              },
              'The role was given.',
            )
          }
        />
      ) : null}
    </RoomPanel>
  );
}

/** What was decided, by whom, why, and how it could be reversed. */
export function DecisionsPanel({ room, write }: Omit<InRoom, 'id'>) {
  return (
    <RoomPanel title="Decisions">
      {room.decisions.length === 0 ? <p className="muted">Nothing was decided yet.</p> : null}
      <ol className="room-list">
        {room.decisions.map((one) => (
          <li key={one.line}>
            <span className="strong">{one.text}</span>
            <p>
              {one.why}. <span className="muted">Reversing: {one.reversing}</span>
            </p>
            <span className="small muted">
              {one.by} <Ago time={one.at} />
            </span>
          </li>
        ))}
      </ol>
      {write ? (
        <ActForm
          label="Write down a decision"
          verb="Write down"
          fields={[
            { name: 'text', label: 'What was decided', kind: 'line' },
            { name: 'why', label: 'Why', kind: 'line' },
            { name: 'reversing', label: 'How it could be reversed', kind: 'line' },
          ]}
          onSubmit={({ text = '', why = '', reversing = '' }) =>
            write({ what: 'decided', text, why, reversing }, 'The decision stands.')
          }
        />
      ) : null}
    </RoomPanel>
  );
}
