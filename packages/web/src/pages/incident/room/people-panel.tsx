import type { RoomView } from '@cordon/contract';
import { words } from '../../../parts/format.ts';
import { Ago } from '../../../parts/marks.tsx';
import { ActForm } from './act-form.tsx';
import type { Write } from './room.data.ts';

const ROLES = ['lead', 'communications', 'scribe', 'contact'] as const;

/** Who is what in this incident, and what was decided. */
export function PeoplePanel({
  room,
  write,
}: {
  readonly room: RoomView;
  readonly write: Write | undefined;
}) {
  const nameOf = (id: string) => room.people.find((person) => person.id === id)?.name ?? id;
  return (
    <section className="panel" aria-label="Roles">
      <header>
        <h2>Roles</h2>
      </header>
      <div className="body stack">
        {room.roles.length === 0 ? <p className="muted">Nobody leads yet.</p> : null}
        <ul className="room-list">
          {room.roles.map((one) => (
            <li key={one.line} className="row">
              <span className="grow">
                <span className="strong">{nameOf(one.person)}</span> {words(one.role).toLowerCase()}
                {one.department ? ` for ${one.department}` : ''}
              </span>
              {write ? (
                <button
                  type="button"
                  className="button quiet"
                  aria-label={`End: ${nameOf(one.person)} ${one.role}`}
                  onClick={() =>
                    void write({ what: 'taken_back', line: one.line }, 'The role has ended.')
                  }
                >
                  End
                </button>
              ) : null}
            </li>
          ))}
        </ul>
        {write ? (
          <ActForm
            label="Give a role"
            verb="Give"
            fields={[
              {
                name: 'person',
                label: 'Person',
                kind: room.people.map(({ id, name }) => [id, name] as const),
              },
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
      </div>
    </section>
  );
}

/** What was decided, by whom, why, and how it could be reversed. */
export function DecisionsPanel({
  room,
  write,
}: {
  readonly room: RoomView;
  readonly write: Write | undefined;
}) {
  return (
    <section className="panel" aria-label="Decisions">
      <header>
        <h2>Decisions</h2>
      </header>
      <div className="body stack">
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
      </div>
    </section>
  );
}
