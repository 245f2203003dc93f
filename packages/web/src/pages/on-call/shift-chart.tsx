import type { OnCallView, ScheduleView, ShiftView } from '@cordon/contract';
import { clock, day } from '../../parts/format.ts';
import { useZone, type Zone } from '../../parts/zone.ts';

const DAYS = 14;
const DAY_MS = 86_400_000;
const HUES = 6;

/** Who is on call in the next 14 days: one line for each schedule, one bar for each shift. */
export function ShiftChart({ onCall }: { readonly onCall: OnCallView }) {
  const [zone] = useZone();
  const from = Math.min(...onCall.schedules.map(({ shifts }) => Date.parse(shifts[0]?.from ?? '')));
  const days = Array.from({ length: DAYS }, (_, index) =>
    day(new Date(from + index * DAY_MS).toISOString(), zone),
  );
  const hueOf = (id: string) => onCall.people.findIndex((person) => person.id === id) % HUES;
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: a region that scrolls must be reachable by keyboard
    <section className="scroll-x" tabIndex={0} aria-label="The next 14 days">
      <div className="shifts">
        <div className="days" aria-hidden="true">
          {days.map((text) => (
            <span key={text}>{text}</span>
          ))}
        </div>
        {onCall.schedules.map((schedule) => (
          <Line key={schedule.id} schedule={schedule} from={from} zone={zone} hueOf={hueOf} />
        ))}
      </div>
    </section>
  );
}

function Line({
  schedule,
  from,
  zone,
  hueOf,
}: {
  readonly schedule: ScheduleView;
  readonly from: number;
  readonly zone: Zone;
  readonly hueOf: (personId: string) => number;
}) {
  const at = (time: string) => (100 * (Date.parse(time) - from)) / (DAYS * DAY_MS);
  return (
    <div className="line">
      <h3>{schedule.title}</h3>
      <ol>
        {schedule.shifts.map((shift) => {
          const text = tell(shift, zone);
          return (
            <li
              key={shift.from}
              className={shift.person ? `hue-${hueOf(shift.person.id)}` : 'nobody'}
              data-override={shift.override_id !== undefined}
              style={{ left: `${at(shift.from)}%`, width: `${at(shift.to) - at(shift.from)}%` }}
              title={text}
            >
              <span aria-hidden="true">{shift.person?.name ?? 'nobody'}</span>
              <span className="sr">{text}</span>
            </li>
          );
        })}
      </ol>
    </div>
  );
}

function tell({ person, from, to, override_id }: ShiftView, zone: Zone): string {
  const who = person?.name ?? 'Nobody';
  const span = `${day(from, zone)} ${clock(from, zone)} to ${day(to, zone)} ${clock(to, zone)}`;
  return `${who}${override_id ? ' stands in' : ''}, ${span}`;
}
