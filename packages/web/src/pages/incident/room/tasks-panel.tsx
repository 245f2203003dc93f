import type { RoomTaskView, RoomView } from '@cordon/contract';
import { Ago } from '../../../parts/marks.tsx';
import { Empty } from '../../../parts/states.tsx';
import { ActForm, type Field, toMoment } from './act-form.tsx';
import { Earlier } from './earlier.tsx';
import { roomActs, useAtOnce, type Write } from './room.data.ts';
import { type InRoom, nameIn, peopleIn, RoomPanel } from './room-panel.tsx';

const fieldsOf = (room: RoomView): readonly Field[] => [
  { name: 'text', label: 'Task', kind: 'line' },
  { name: 'owner', label: 'Owner', kind: peopleIn(room), isOptional: true },
  { name: 'due', label: 'Due', kind: 'moment', isOptional: true },
];

/** What is to be done, by whom, until when. Rows stay where they are: a done one is struck through. */
export function TasksPanel({
  id,
  room,
  write,
  isCorrective,
}: InRoom & { readonly isCorrective: boolean }) {
  const tasks = room.tasks.filter((task) => task.is_corrective === isCorrective);
  const title = isCorrective ? 'Corrective actions' : 'Tasks';
  const open = tasks.filter(({ done }) => done === undefined).length;
  return (
    <RoomPanel title={title} beside={<span className="muted small">{open} open</span>}>
      {tasks.length === 0 ? (
        <Empty title={isCorrective ? 'None yet' : 'No task yet'}>
          <span>Write one, or take those that incidents of this type usually need.</span>
        </Empty>
      ) : (
        <ul className="room-list">
          {tasks.map((task) => (
            <Task key={task.line} task={task} room={room} write={write} />
          ))}
        </ul>
      )}
      {write && !isCorrective ? <Templates id={id} room={room} /> : null}
      {write ? (
        <ActForm
          label={`New: ${title}`}
          verb="Add"
          fields={fieldsOf(room)}
          onSubmit={({ text = '', owner, due }) =>
            write(
              {
                what: 'task_added',
                text,
                ...(owner ? { owner } : {}),
                ...(due ? { due_at: toMoment(due) } : {}),
                ...(isCorrective ? { is_corrective: true } : {}),
              },
              'Added.',
            )
          }
        />
      ) : null}
    </RoomPanel>
  );
}

function Task({
  task,
  room,
  write,
}: {
  readonly task: RoomTaskView;
  readonly room: RoomView;
  readonly write: Write | undefined;
}) {
  const { done, line } = task;
  const atOnce = useAtOnce();
  const toggle = (to: Write): Promise<void> =>
    done
      ? to({ what: 'taken_back', line: done.line }, 'Open again.')
      : to({ what: 'task_done', task: line }, 'Done.');
  const isLate = !done && task.due_at !== undefined && Date.parse(task.due_at) < Date.now();
  return (
    <li className="room-task" data-done={done !== undefined}>
      <label>
        <input
          type="checkbox"
          checked={done !== undefined}
          disabled={!write}
          onChange={() => write && atOnce(toggle(write))}
        />
        <span className="what">{task.text}</span>
      </label>
      <span className="small muted">
        {task.owner ? nameIn(room, task.owner) : 'nobody'}
        {task.due_at ? (
          <>
            {', due '}
            <span className={isLate ? 'bad' : ''}>
              <Ago time={task.due_at} />
            </span>
          </>
        ) : null}
        {done ? (
          <>
            {', done by '}
            {done.by} <Ago time={done.at} />
          </>
        ) : null}
      </span>
      <Earlier texts={task.earlier} />
      {write && !done ? (
        <select
          className="input owner"
          aria-label={`Owner of: ${task.text}`}
          value={task.owner ?? ''}
          onChange={(event) =>
            atOnce(
              write(
                { what: 'task_changed', task: line, owner: event.target.value },
                'The owner was changed.',
              ),
            )
          }
        >
          <option value="">nobody</option>
          {room.people.map((person) => (
            <option key={person.id} value={person.id}>
              {person.name}
            </option>
          ))}
        </select>
      ) : null}
    </li>
  );
}

function Templates({ id, room }: { readonly id: string; readonly room: RoomView }) {
  return (
    <ActForm
      label="Tasks of a type of incident"
      verb="Take over"
      fields={[
        {
          name: 'template',
          label: 'Tasks of a type',
          kind: room.templates.map((one) => [one.id, `${one.title} (${one.tasks})`] as const),
        },
      ]}
      onSubmit={({ template = '' }) => roomActs.takeTemplate(id, template)}
    />
  );
}
