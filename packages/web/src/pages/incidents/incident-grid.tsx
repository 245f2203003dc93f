// biome-ignore-all lint/a11y/useSemanticElements: the ARIA grid pattern on a virtualised list; the grid holds the focus and names the row by aria-activedescendant
// biome-ignore-all lint/a11y/useFocusableInteractive: the ARIA grid pattern on a virtualised list; the grid holds the focus and names the row by aria-activedescendant
// biome-ignore-all lint/a11y/noNoninteractiveElementToInteractiveRole: the ARIA grid pattern on a virtualised list; the grid holds the focus and names the row by aria-activedescendant
import type { IncidentSummary } from '@cordon/contract';
import { useNavigate } from '@tanstack/react-router';
import { useVirtualizer } from '@tanstack/react-virtual';
import { useRef, useState } from 'react';
import { IncidentDialog, useOwnership } from '../../incident-dialogs.tsx';
import { counted, percent } from '../../parts/format.ts';
import { Ago, Middle, PriorityMark, StatusPill } from '../../parts/marks.tsx';
import { useNarrow } from '../../parts/narrow.ts';
import { type Shortcut, useShortcuts } from '../../parts/shortcuts.ts';
import { useMayAct } from '../../session.ts';

const ROW_PX = 46;
const NARROW_ROW_PX = 104;
const COLUMNS = ['Priority', 'Number', 'Incident', 'Entities', 'State', 'Threat', 'Last'] as const;
const HEAD_CLASSES: Readonly<Record<string, string>> = {
  Entities: 'wide',
  State: 'wide',
  Threat: 'wide num',
  Last: 'num',
};
const MOVES: readonly (readonly [keys: string, by: number, text: string])[] = [
  ['j', 1, 'Next'],
  ['k', -1, 'Previous'],
  ['ArrowDown', 1, 'Next'],
  ['ArrowUp', -1, 'Previous'],
  ['PageDown', 10, 'Ten further'],
  ['PageUp', -10, 'Ten back'],
  ['Home', Number.NEGATIVE_INFINITY, 'First'],
  ['End', Number.POSITIVE_INFINITY, 'Last'],
];

/** The queue as a virtualised grid of fixed row height; j/k move, Enter opens. */
export function IncidentGrid({
  items,
  onEnd,
}: {
  readonly items: readonly IncidentSummary[];
  readonly onEnd: () => void;
}) {
  const [selected, setSelected] = useState(0);
  const rowPx = useNarrow() ? NARROW_ROW_PX : ROW_PX;
  const scroller = useRef<HTMLDivElement>(null);
  const navigate = useNavigate();
  const rows = useVirtualizer({
    count: items.length,
    getScrollElement: () => scroller.current,
    estimateSize: () => rowPx,
    overscan: 8,
  });
  const open = (item: IncidentSummary | undefined) => {
    if (item) void navigate({ to: '/incidents/$id', params: { id: item.id } });
  };
  const goTo = (index: number) => {
    const next = Math.max(0, Math.min(items.length - 1, index));
    setSelected(next);
    rows.scrollToIndex(next);
    if (next >= items.length - 5) onEnd();
  };
  const dialog = useRowActs(items[selected], [
    ...MOVES.map(([keys, by, text]) => ({
      keys,
      text,
      run: () => goTo(selected + by),
      isMove: true,
    })),
    { keys: 'Enter', text: 'Open', run: () => open(items[selected]), isMove: true },
  ]);
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
            <span key={title} role="columnheader" className={HEAD_CLASSES[title]}>
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
          if (scrollTop + clientHeight > scrollHeight - rowPx * 5) onEnd();
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
      {dialog}
    </section>
  );
}

/** What may be done with the selected row, by key; gives back the dialog that is asked for. */
function useRowActs(item: IncidentSummary | undefined, moves: readonly Shortcut[]) {
  const [asked, setAsked] = useState<IncidentSummary>();
  const mayAct = useMayAct();
  const own = useOwnership();
  const change: readonly Shortcut[] = [
    { keys: 'a', text: 'Assign to me, or give back', run: () => own(item) },
    { keys: 'e', text: 'Close or reopen', run: () => setAsked(item) },
  ];
  useShortcuts('Incidents', mayAct ? [...moves, ...change] : moves);
  return asked ? <IncidentDialog incident={asked} onClose={() => setAsked(undefined)} /> : null;
}

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
  const entities = item.entities
    .slice(0, 2)
    .map((entity) => entity.id)
    .join(', ');
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
      <span role="gridcell" className="title">
        <span className="strong">
          <Middle text={item.title} />
        </span>
        <span className="muted small clip">
          {counted(item.alert_count, 'alert')}
          {waiting > 0 ? <span className="warn"> · {waiting} await approval</span> : null}
          {item.action_counts.held > 0 ? (
            <span className="ok"> · {item.action_counts.held} held</span>
          ) : null}
          {item.assignee ? ` · ${item.assignee}` : ' · no owner'}
        </span>
      </span>
      <span role="gridcell" className="clip mono wide">
        <Middle text={entities} />
      </span>
      <span role="gridcell" className="wide">
        <StatusPill status={item.status} />
      </span>
      <span role="gridcell" className="wide num">
        {percent(item.p)}
      </span>
      <span role="gridcell" className="muted small num last">
        <Ago time={item.last_at} />
      </span>
    </div>
  );
}
