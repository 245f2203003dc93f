import type { RoomView } from '@cordon/contract';
import { Ago } from '../../../parts/marks.tsx';
import { Empty } from '../../../parts/states.tsx';
import { ActForm } from './act-form.tsx';
import { Earlier } from './earlier.tsx';
import type { Write } from './room.data.ts';

const MENTION = /@([a-z0-9._-]{1,64})/gi;

/** People whom a text names. */
const mentionsIn = (text: string, people: RoomView['people']): string[] => {
  const named = new Set([...text.matchAll(MENTION)].map(([, name]) => name?.toLowerCase()));
  return people.map(({ id }) => id).filter((id) => named.has(id.toLowerCase()));
};

/** What people say to each other, the oldest first: a new one never moves what is being read. */
export function TalkPanel({
  room,
  write,
}: {
  readonly room: RoomView;
  readonly write: Write | undefined;
}) {
  return (
    <section className="panel" aria-label="Comments">
      <header>
        <h2>Comments</h2>
        <span className="muted small">{room.comments.length}</span>
      </header>
      <div className="body stack">
        {room.comments.length === 0 ? (
          <Empty title="Nobody has said anything yet">
            <span>Name somebody with @ and they are told.</span>
          </Empty>
        ) : (
          <ol className="room-list talk" aria-live="polite">
            {room.comments.map((comment) => (
              <li key={comment.line}>
                <span className="small">
                  <span className="strong">{comment.by}</span>{' '}
                  {comment.is_guest ? <span className="pill warn">guest</span> : null}{' '}
                  <span className="muted">
                    <Ago time={comment.at} />
                  </span>
                </span>
                <p>{comment.text}</p>
                <Earlier texts={comment.earlier} />
              </li>
            ))}
          </ol>
        )}
        {write ? (
          <ActForm
            label="Comment"
            verb="Comment"
            fields={[{ name: 'text', label: 'Your comment', kind: 'text' }]}
            onSubmit={({ text = '' }) =>
              write(
                { what: 'commented', text, mentions: mentionsIn(text, room.people) },
                'The comment stands.',
              )
            }
          />
        ) : null}
      </div>
    </section>
  );
}
