import { clock, count } from './format.ts';

interface Hour {
  readonly at: string;
  readonly events: number;
  readonly alerts: number;
}

const HEIGHT = 88;

/** Events an hour as bars, hours with alerts marked by a triangle above; a table twin for screen readers. */
export function Histogram({ hours }: { readonly hours: readonly Hour[] }) {
  const top = Math.max(1, ...hours.map((hour) => hour.events));
  const width = 100 / Math.max(1, hours.length);
  return (
    <figure className="histogram">
      <svg viewBox={`0 0 100 ${HEIGHT}`} preserveAspectRatio="none" aria-hidden="true">
        {hours.map((hour, index) => {
          const height = Math.max(hour.events > 0 ? 2 : 0.7, (hour.events / top) * (HEIGHT - 10));
          return (
            <g key={hour.at}>
              <rect
                x={index * width + width * 0.12}
                y={HEIGHT - height}
                width={width * 0.76}
                height={height}
                fill={hour.events > 0 ? 'var(--accent)' : 'var(--line)'}
              >
                <title>{`${clock(hour.at)}: ${count(hour.events)} events, ${hour.alerts} alerts`}</title>
              </rect>
              {hour.alerts > 0 ? (
                <rect
                  x={index * width + width * 0.12}
                  y={Math.max(0, HEIGHT - height - 6)}
                  width={width * 0.76}
                  height={4}
                  fill="var(--high)"
                />
              ) : null}
            </g>
          );
        })}
      </svg>
      <div className="axis" aria-hidden="true">
        <span>{hours[0] ? clock(hours[0].at).slice(0, 5) : ''}</span>
        <span>
          <span className="s-high">▬</span> hours with alerts
        </span>
        <span>now</span>
      </div>
      <table className="sr">
        <caption>Events and alerts by hour</caption>
        <tbody>
          {hours.map((hour) => (
            <tr key={hour.at}>
              <th scope="row">{clock(hour.at)}</th>
              <td>{hour.events} events</td>
              <td>{hour.alerts} alerts</td>
            </tr>
          ))}
        </tbody>
      </table>
    </figure>
  );
}
