import type { RoomView } from '@cordon/contract';
import type { ReactNode } from 'react';
import { useAtOnce, type Write } from './room.data.ts';

/** What a panel of a room is given; without `write` there is only looking. */
export interface InRoom {
  /** Of the incident. */
  readonly id: string;
  readonly room: RoomView;
  readonly write: Write | undefined;
}

/** One part of a room under its title. */
export function RoomPanel({
  title,
  beside,
  children,
}: {
  readonly title: string;
  readonly beside?: ReactNode;
  readonly children: ReactNode;
}) {
  return (
    <section className="panel" aria-label={title}>
      <header>
        <h2>{title}</h2>
        {beside}
      </header>
      <div className="body stack">{children}</div>
    </section>
  );
}

/** Takes a line back at the press of a button. */
export function TakeBack({
  line,
  verb,
  what,
  said,
  write,
}: {
  readonly line: number;
  readonly verb: string;
  /** What is taken back, for who does not see where the button stands. */
  readonly what: string;
  readonly said: string;
  readonly write: Write | undefined;
}) {
  const atOnce = useAtOnce();
  if (!write) return null;
  return (
    <button
      type="button"
      className="button"
      aria-label={`${verb}: ${what}`}
      onClick={() => atOnce(write({ what: 'taken_back', line }, said))}
    >
      {verb}
    </button>
  );
}

/** Everybody who can be given something, as the choices of a field. */
export const peopleIn = ({ people }: RoomView) => people.map(({ id, name }) => [id, name] as const);

export const nameIn = ({ people }: RoomView, id: string): string =>
  people.find((person) => person.id === id)?.name ?? id;
