import { words } from '../../parts/format.ts';
import { At, Breakable } from '../../parts/marks.tsx';
import type { Found } from './hunt.data.ts';

/** Events as rows, newest first. */
export function EventTable({
  events,
  onOpen,
}: {
  readonly events: readonly Found[];
  readonly onOpen: (event: Found) => void;
}) {
  return (
    <section className="panel" aria-label="Events">
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: a region that scrolls must be reachable by keyboard */}
      <section className="scroll-x" tabIndex={0} aria-label="Table of events">
        <table className="table stacked hunt-table">
          <thead>
            <tr>
              <th>Time</th>
              <th>What</th>
              <th>Host</th>
              <th>User</th>
              <th>From</th>
            </tr>
          </thead>
          <tbody>
            {events.map((event) => (
              <tr key={event.offset}>
                <td className="nowrap small">
                  <At time={event.time} />
                </td>
                <td>
                  <button type="button" className="plain" onClick={() => onOpen(event)}>
                    <span className="strong">{words(event.class_name)}</span>{' '}
                    <span className="mono small">
                      <Breakable text={event.text} />
                    </span>
                  </button>
                  <div className="muted small">{event.source_id}</div>
                </td>
                <td data-label="Host">{event.host ?? ''}</td>
                <td data-label="User">{event.user ?? ''}</td>
                <td data-label="From" className="mono small">
                  {event.src_ip ?? ''}
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      </section>
    </section>
  );
}
