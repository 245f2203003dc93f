// biome-ignore-all lint/a11y/useSemanticElements: the ARIA grid pattern on a virtualised list; the grid holds the focus and names the row by aria-activedescendant
// biome-ignore-all lint/a11y/useFocusableInteractive: the ARIA grid pattern on a virtualised list; the grid holds the focus and names the row by aria-activedescendant
// biome-ignore-all lint/a11y/noNoninteractiveElementToInteractiveRole: the ARIA grid pattern on a virtualised list; the grid holds the focus and names the row by aria-activedescendant
import type { IncidentSummary } from '@cordon/contract';
import { useNavigate } from '@tanstack/react-router';
import { useVirtualizer } from '@tanstack/react-virtual';
import { useEffect, useRef, useState } from 'react';
import { percent } from '../../parts/format.ts';
import { Ago, PriorityMark, StatusPill } from '../../parts/marks.tsx';

const ROW_PX = 46;
const COLUMNS = ['Priority', 'Number', 'Incident', 'Entities', 'State', 'Threat', 'Last'] as const;
const WIDE_ONLY: ReadonlySet<string> = new Set(['Entities', 'State', 'Threat']);
const MOVES: Readonly<Record<string, number>> = {
  j: 1,
  k: -1,
  ArrowDown: 1,
  ArrowUp: -1,
  PageDown: 10,
  PageUp: -10,
};

const isTyping = (target: EventTarget | null): boolean =>
  target instanceof HTMLElement && target.closest('input, textarea, select, dialog') !== null;

const isNotForUs = (event: KeyboardEvent): boolean =>
  isTyping(event.target) || event.ctrlKey || event.metaKey || event.altKey;

/** The queue as a virtualised grid of fixed row height; j/k move, Enter opens. */
export function IncidentGrid({
  items,
  onEnd,
}: {
  readonly items: readonly IncidentSummary[];
  readonly onEnd: () => void;
}) {
  const [selected, setSelected] = useState(0);
  const scroller = useRef<HTMLDivElement>(null);
  const navigate = useNavigate();
  const rows = useVirtualizer({
    count: items.length,
    getScrollElement: () => scroller.current,
    estimateSize: () => ROW_PX,
    overscan: 8,
  });
  const open = (item: IncidentSummary | undefined) => {
    if (item) void navigate({ to: '/incidents/$id', params: { id: item.id } });
  };
  useEffect(() => {
    const goTo = (index: number) => {
      const next = Math.max(0, Math.min(items.length - 1, index));
      setSelected(next);
      rows.scrollToIndex(next);
      if (next >= items.length - 5) onEnd();
    };
    const onKey = (event: KeyboardEvent) => {
      if (isNotForUs(event)) return;
      const move = MOVES[event.key];
      if (move !== undefined) {
        event.preventDefault();
        goTo(selected + move);
      } else if (event.key === 'Home') goTo(0);
      else if (event.key === 'End') goTo(items.length - 1);
      else if (event.key === 'Enter' && !isControl(event.target)) open(items[selected]);
    };
    window.addEventListener('keydown', onKey);
    return () => window.removeEventListener('keydown', onKey);
  });
  return (
    <section
      className="panel grid"
      role="grid"
      aria-label="Incidents"
      aria-rowcount={items.length + 1}
      aria-activedescendant={`incident-${selected}`}
      tabIndex={0}
    >
      <div role="rowgroup">
        <div className="line head" role="row" aria-rowindex={1}>
          {COLUMNS.map((title) => (
            <span
              key={title}
              role="columnheader"
              className={WIDE_ONLY.has(title) ? 'wide' : undefined}
            >
              {title}
            </span>
          ))}
        </div>
      </div>
      <div
        className="rows"
        role="rowgroup"
        // biome-ignore lint/a11y/noNoninteractiveTabindex: a region that scrolls must be reachable by keyboard
        tabIndex={0}
        ref={scroller}
        onScroll={(event) => {
          const { scrollTop, clientHeight, scrollHeight } = event.currentTarget;
          if (scrollTop + clientHeight > scrollHeight - ROW_PX * 5) onEnd();
        }}
      >
        <div role="presentation" style={{ height: `${rows.getTotalSize()}px` }}>
          {rows.getVirtualItems().map((row) => {
            const item = items[row.index];
            return item ? (
              <Row
                key={item.id}
                item={item}
                index={row.index}
                isSelected={row.index === selected}
                top={row.start}
                onOpen={() => open(item)}
              />
            ) : null;
          })}
        </div>
      </div>
    </section>
  );
}

const isControl = (target: EventTarget | null): boolean =>
  target instanceof HTMLElement && target.closest('a, button') !== null;

function Row({
  item,
  index,
  isSelected,
  top,
  onOpen,
}: {
  readonly item: IncidentSummary;
  readonly index: number;
  readonly isSelected: boolean;
  readonly top: number;
  readonly onOpen: () => void;
}) {
  const waiting = item.action_counts.awaiting_approval;
  return (
    // biome-ignore lint/a11y/useKeyWithClickEvents: the grid handles Enter for the selected row
    <div
      id={`incident-${index}`}
      className="line item"
      role="row"
      aria-rowindex={index + 2}
      aria-selected={isSelected}
      style={{ transform: `translateY(${top}px)` }}
      onClick={onOpen}
    >
      <span role="gridcell">
        <PriorityMark level={item.priority.level} />
      </span>
      <span role="gridcell" className="mono muted">
        {item.name}
      </span>
      <span role="gridcell" className="clip" title={item.title}>
        <span className="strong">{item.title}</span>
        <br />
        <span className="muted small">
          {item.alert_count} alerts
          {waiting > 0 ? <span className="warn"> · {waiting} await approval</span> : null}
          {item.assignee ? ` · ${item.assignee}` : ' · no owner'}
        </span>
      </span>
      <span role="gridcell" className="clip mono wide">
        {item.entities
          .slice(0, 2)
          .map((entity) => entity.id)
          .join(', ')}
      </span>
      <span role="gridcell" className="wide">
        <StatusPill status={item.status} />
      </span>
      <span role="gridcell" className="wide">
        {percent(item.p)}
      </span>
      <span role="gridcell" className="muted small">
        <Ago time={item.last_at} />
      </span>
    </div>
  );
}
