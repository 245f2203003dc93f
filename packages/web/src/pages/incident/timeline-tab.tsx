import type { ActionView, TimelineView } from '@cordon/contract';
import { CircleDot, Crosshair, Flag, Shield, TriangleAlert, User } from 'lucide-react';
import { useState } from 'react';
import { ActionActs } from '../../action-card.tsx';
import { known } from '../../parts/choice.ts';
import { day, words } from '../../parts/format.ts';
import { At } from '../../parts/marks.tsx';
import { Empty } from '../../parts/states.tsx';
import { Toggles } from '../../parts/toggles.tsx';
import { useZone, type Zone } from '../../parts/zone.ts';
import { RecordLinks } from '../../record-drawer.tsx';

const ICONS: Readonly<Record<string, typeof Flag>> = {
  event: CircleDot,
  alert: TriangleAlert,
  origin: Crosshair,
  action: Shield,
  person: User,
  state: Flag,
};

/** What happened, oldest first, a typed cell each; by day, in UTC or the reader's time. */
export function TimelineTab({
  entries,
  actions,
}: {
  readonly entries: readonly TimelineView[];
  readonly actions: readonly ActionView[];
}) {
  const [zone, switchZone] = useZone();
  const [chosen, setChosen] = useState<string>();
  const kinds = [...new Set(entries.map((entry) => entry.kind))];
  const on = known(chosen, kinds);
  const lastOf = lastEntries(entries, actions);
  const shown = on.length > 0 ? entries.filter((entry) => on.includes(entry.kind)) : entries;
  return (
    <section className="panel" aria-labelledby="timeline-title">
      <header>
        <h2 id="timeline-title">In order of time</h2>
        {kinds.length > 1 ? (
          <Toggles label="Kind" all={kinds} chosen={chosen} onChange={setChosen} />
        ) : null}
        <button type="button" className="button quiet" onClick={switchZone}>
          {zone === 'utc' ? 'UTC' : 'Local time'}
        </button>
      </header>
      {entries.length === 0 ? <Empty title="Nothing on the timeline yet" /> : null}
      {byDay(shown, zone).map(([date, cells]) => (
        <div key={date}>
          <h3 className="day">{date}</h3>
          <ol className="timeline">
            {cells.map((entry, index) => (
              <Cell
                // biome-ignore lint/suspicious/noArrayIndexKey: entries have no id of their own and never reorder
                key={`${entry.at}-${index}`}
                entry={entry}
                action={lastOf.get(entry)}
              />
            ))}
          </ol>
        </div>
      ))}
    </section>
  );
}

/** The newest entry of each action, which is where it can be undone. */
function lastEntries(entries: readonly TimelineView[], actions: readonly ActionView[]) {
  const found = new Map<TimelineView, ActionView>();
  for (const action of actions) {
    const last = entries.findLast((entry) => entry.ref_id === action.id);
    if (last) found.set(last, action);
  }
  return found;
}

function byDay(entries: readonly TimelineView[], zone: Zone) {
  const days = new Map<string, TimelineView[]>();
  for (const entry of entries) {
    const date = day(entry.at, zone);
    const cells = days.get(date) ?? [];
    cells.push(entry);
    days.set(date, cells);
  }
  return [...days];
}

function Cell({
  entry,
  action,
}: {
  readonly entry: TimelineView;
  readonly action: ActionView | undefined;
}) {
  const Icon = ICONS[entry.kind] ?? CircleDot;
  return (
    <li data-kind={entry.kind}>
      <span className="muted">
        <At time={entry.at} isClockOnly />
      </span>
      <span className="tag">
        <Icon size={13} aria-hidden="true" />
        {words(entry.kind)}
      </span>
      <span className="text">{entry.text}</span>
      <span className="row wrap end">
        <RecordLinks offsets={entry.offsets} />
        {action ? <ActionActs action={action} /> : null}
      </span>
    </li>
  );
}
