import type { RoomView } from '@cordon/contract';
import { useState } from 'react';
import { Snippet } from '../../../parts/copy.tsx';
import { counted } from '../../../parts/format.ts';
import { Ago } from '../../../parts/marks.tsx';
import { ActForm } from './act-form.tsx';
import { roomActs, type Write } from './room.data.ts';

/** Who from outside may look, until when, and how often they did. */
export function GuestsPanel({
  id,
  room,
  write,
}: {
  readonly id: string;
  readonly room: RoomView;
  readonly write: Write | undefined;
}) {
  const [url, setUrl] = useState<string>();
  return (
    <section className="panel" aria-label="Guests">
      <header>
        <h2>Guests</h2>
      </header>
      <div className="body stack">
        {room.guests.length === 0 ? <p className="muted">Nobody was invited.</p> : null}
        <ul className="room-list">
          {room.guests.map((guest) => (
            <li key={guest.line} className="row">
              <span className="grow">
                <span className="strong">{guest.name}</span>{' '}
                {guest.right === 'comment' ? 'may comment' : 'may look'}, until{' '}
                <Ago time={guest.expires_at} />{' '}
                <span className="muted small">{counted(guest.looks.length, 'look')}</span>
              </span>
              {write ? (
                <button
                  type="button"
                  className="button"
                  aria-label={`Revoke: ${guest.name}`}
                  onClick={() =>
                    void write({ what: 'taken_back', line: guest.line }, 'The link has ended.')
                  }
                >
                  Revoke
                </button>
              ) : null}
            </li>
          ))}
        </ul>
        {url ? <Snippet text={url} label="the link" /> : null}
        {write ? (
          <ActForm
            label="Invite a guest"
            verb="Make a link"
            fields={[
              { name: 'name', label: 'Who', kind: 'line' },
              {
                name: 'right',
                label: 'May',
                kind: [
                  ['look', 'look'],
                  ['comment', 'look and comment'],
                ],
              },
              {
                name: 'hours',
                label: 'For',
                kind: [
                  ['24', 'a day'],
                  ['168', 'a week'],
                  ['720', '30 days'],
                ],
              },
            ]}
            onSubmit={async ({ name = '', right, hours }) => {
              const made = await roomActs.invite(id, {
                name,
                right: right === 'comment' ? 'comment' : 'look',
                hours: Number(hours),
              });
              setUrl(made.url);
            }}
          />
        ) : null}
      </div>
    </section>
  );
}
