import { clock, count, counted } from './format.ts';
import { useZone } from './zone.ts';

interface Hour {
  readonly at: string;
  readonly events: number;
  readonly alerts: number;
}

const HEIGHT = 88;
const classOf = (hour: Hour): string => {
  if (hour.alerts > 0) return 'alerted';
  return hour.events > 0 ? '' : 'none';
};
const EVERY = 6;

/** Events an hour as bars, hours with alerts capped in another colour; a table twin for screen readers. */
export function Histogram({ hours }: { readonly hours: readonly Hour[] }) {
  const [zone] = useZone();
  const top = Math.max(1, ...hours.map((hour) => hour.events));
  return (
    <figure className="histogram">
      <span className="top" aria-hidden="true">
        {count(top)} an hour
      </span>
      <div className="bars" aria-hidden="true">
        {hours.map((hour) => (
          <i
            key={hour.at}
            className={classOf(hour)}
            title={`${clock(hour.at, zone).slice(0, 5)}: ${counted(hour.events, 'event')}, ${counted(hour.alerts, 'alert')}`}
            style={{ height: `${Math.max(2, (hour.events / top) * HEIGHT)}px` }}
          />
        ))}
      </div>
      <div className="axis" aria-hidden="true">
        {hours
          .filter((_, index) => index % EVERY === 0)
          .map((hour) => (
            <span key={hour.at}>{clock(hour.at, zone).slice(0, 5)}</span>
          ))}
        <span>now</span>
      </div>
      <p className="muted small key" aria-hidden="true">
        <i className="alerted" /> hours with alerts · {zone === 'utc' ? 'UTC' : 'local time'}
      </p>
      <table className="sr">
        <caption>Events and alerts by hour</caption>
        <tbody>
          {hours.map((hour) => (
            <tr key={hour.at}>
              <th scope="row">{clock(hour.at, zone)}</th>
              <td>{counted(hour.events, 'event')}</td>
              <td>{counted(hour.alerts, 'alert')}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </figure>
  );
}
