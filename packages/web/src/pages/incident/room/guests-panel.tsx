import { useState } from 'react';
import { Snippet } from '../../../parts/copy.tsx';
import { counted } from '../../../parts/format.ts';
import { Ago } from '../../../parts/marks.tsx';
import { ActForm } from './act-form.tsx';
import { roomActs } from './room.data.ts';
import { type InRoom, RoomPanel, TakeBack } from './room-panel.tsx';

/** Who from outside may look, until when, and how often they did. */
export function GuestsPanel({ id, room, write }: InRoom) {
  const [url, setUrl] = useState<string>();
  return (
    <RoomPanel title="Guests">
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
            <TakeBack
              line={guest.line}
              verb="Revoke"
              what={guest.name}
              said="The link has ended."
              write={write}
            />
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
    </RoomPanel>
  );
}
