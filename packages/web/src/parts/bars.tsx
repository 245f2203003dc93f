import { count } from './format.ts';
import { isWithin, useBrush } from './use-brush.ts';

/** One span of time. */
export interface Bar {
  readonly at: string;
  readonly count: number;
  /** Of the count, what was kept from alerting. */
  readonly muted?: number;
}

const HEIGHT = 72;

/** From one bar to another, both counted in. */
export type PickSpan = (from: Bar, to: Bar) => void;

/**
 * Counts over time as bars, with a table twin for screen readers. A span may be chosen: by dragging
 * over it, a single bar by click or key, further ones with Shift and the arrows.
 */
export function Bars({
  bars,
  caption,
  labelOf,
  onPick,
}: {
  readonly bars: readonly Bar[];
  readonly caption: string;
  readonly labelOf: (at: string) => string;
  readonly onPick?: PickSpan;
}) {
  const top = Math.max(1, ...bars.map((bar) => bar.count));
  const { span, handlers } = useBrush(bars, onPick);
  return (
    <figure className="bars-figure">
      <span className="top" aria-hidden="true">
        {count(top)}
      </span>
      <div className="bars" {...(onPick ? handlers : { 'aria-hidden': true })}>
        {bars.map((bar, at) => (
          <BarMark key={bar.at} bar={bar} isIn={isWithin(at, span)} {...{ top, labelOf, onPick }} />
        ))}
      </div>
      <div className="axis" aria-hidden="true">
        <span>{labelOf(bars[span?.from ?? 0]?.at ?? '')}</span>
        <span>{labelOf(bars[span?.to ?? bars.length - 1]?.at ?? '')}</span>
      </div>
      {onPick ? null : <BarTable {...{ bars, caption, labelOf }} />}
    </figure>
  );
}

function BarTable({
  bars,
  caption,
  labelOf,
}: {
  readonly bars: readonly Bar[];
  readonly caption: string;
  readonly labelOf: (at: string) => string;
}) {
  return (
    <table className="sr">
      <caption>{caption}</caption>
      <tbody>
        {bars
          .filter((bar) => bar.count > 0)
          .map((bar) => (
            <tr key={bar.at}>
              <th scope="row">{labelOf(bar.at)}</th>
              <td>{count(bar.count)}</td>
            </tr>
          ))}
      </tbody>
    </table>
  );
}

function BarMark({
  bar,
  top,
  isIn,
  labelOf,
  onPick,
}: {
  readonly bar: Bar;
  readonly top: number;
  readonly isIn: boolean;
  readonly labelOf: (at: string) => string;
  readonly onPick: PickSpan | undefined;
}) {
  const height = bar.count === 0 ? 1 : Math.max(3, (bar.count / top) * HEIGHT);
  const hidden = bar.count === 0 ? 0 : ((bar.muted ?? 0) / bar.count) * 100;
  const label = `${labelOf(bar.at)}: ${count(bar.count)}${bar.muted ? `, ${count(bar.muted)} of them kept from alerting` : ''}`;
  const style = {
    height: `${height}px`,
    ...(hidden > 0 && {
      background: `linear-gradient(to top, var(--line-strong) ${hidden}%, var(--accent) ${hidden}%)`,
    }),
  };
  if (!onPick) return <i title={label} className={bar.count === 0 ? 'none' : ''} style={style} />;
  if (bar.count === 0)
    return (
      <span title={label} className={isIn ? 'in' : ''}>
        <i className="none" style={style} />
      </span>
    );
  return (
    <button
      type="button"
      title={label}
      aria-label={label}
      className={isIn ? 'in' : ''}
      onClick={(event) => {
        if (event.detail === 0) onPick(bar, bar);
      }}
    >
      <i style={style} />
    </button>
  );
}

/** Every span from the first bar to the last, so that gaps are seen as gaps. */
export function filled(bars: readonly Bar[], stepMs: number): readonly Bar[] {
  const first = Date.parse(bars[0]?.at ?? '');
  const last = Date.parse(bars.at(-1)?.at ?? '');
  if (Number.isNaN(first) || Number.isNaN(last)) return [];
  const known = new Map(bars.map((bar) => [Date.parse(bar.at), bar]));
  const steps = Math.min(400, Math.round((last - first) / stepMs));
  return Array.from({ length: steps + 1 }, (_, step) => {
    const at = first + step * stepMs;
    return known.get(at) ?? { at: new Date(at).toISOString(), count: 0 };
  });
}
