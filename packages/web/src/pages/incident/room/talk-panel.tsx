import type { RoomCommentView, RoomView } from '@cordon/contract';
import { useState } from 'react';
import { Ago } from '../../../parts/marks.tsx';
import { Empty } from '../../../parts/states.tsx';
import { useMe } from '../../../session.ts';
import { ActForm } from './act-form.tsx';
import { Earlier } from './earlier.tsx';
import type { Write } from './room.data.ts';
import { type InRoom, RoomPanel } from './room-panel.tsx';

const MENTION = /@([a-z0-9._-]{1,64})/gi;

/** People whom a text names. */
const mentionsIn = (text: string, people: RoomView['people']): string[] => {
  const named = new Set([...text.matchAll(MENTION)].map(([, name]) => name?.toLowerCase()));
  return people.map(({ id }) => id).filter((id) => named.has(id.toLowerCase()));
};

/** What people say to each other, the oldest first: a new one never moves what is being read. */
export function TalkPanel({ room, write }: Omit<InRoom, 'id'>) {
  return (
    <RoomPanel
      title="Comments"
      beside={<span className="muted small">{room.comments.length}</span>}
    >
      {room.comments.length === 0 ? (
        <Empty title="Nobody has said anything yet">
          <span>Name somebody with @ and they are told.</span>
        </Empty>
      ) : (
        <ol className="room-list talk" aria-live="polite">
          {room.comments.map((comment) => (
            <Comment key={comment.line} comment={comment} write={write} />
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
    </RoomPanel>
  );
}

/** One comment; who wrote it may change it, and the earlier wording stays. */
function Comment({
  comment,
  write,
}: {
  readonly comment: RoomCommentView;
  readonly write: Write | undefined;
}) {
  const [isOpen, setOpen] = useState(false);
  const { line, by, at, text, is_guest, earlier } = comment;
  const isMine = useMe().data?.name === by;
  return (
    <li>
      <span className="row small">
        <span className="grow">
          <span className="strong">{by}</span>{' '}
          {is_guest ? <span className="pill warn">guest</span> : null}{' '}
          <span className="muted">
            <Ago time={at} />
          </span>
        </span>
        {write && isMine ? (
          <button
            type="button"
            className="button quiet"
            aria-expanded={isOpen}
            aria-label={`Change the comment: ${text.slice(0, 40)}`}
            onClick={() => setOpen(!isOpen)}
          >
            Change
          </button>
        ) : null}
      </span>
      <p>{text}</p>
      <Earlier texts={earlier} />
      {write && isOpen ? (
        <ActForm
          label="Change the comment"
          verb="Save"
          fields={[{ name: 'text', label: 'New wording', kind: 'text', initial: text }]}
          onSubmit={async ({ text: next = '' }) => {
            await write({ what: 'comment_changed', comment: line, text: next }, 'Changed.');
            setOpen(false);
          }}
        />
      ) : null}
    </li>
  );
}
