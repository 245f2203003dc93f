import { count } from './format.ts';

/** One span of time. */
export interface Bar {
  readonly at: string;
  readonly count: number;
  /** Of the count, what was kept from alerting. */
  readonly muted?: number;
}

const HEIGHT = 72;

/** Counts over time as bars, with a table twin for screen readers. A bar may be chosen by click or key. */
export function Bars({
  bars,
  caption,
  labelOf,
  onPick,
}: {
  readonly bars: readonly Bar[];
  readonly caption: string;
  readonly labelOf: (at: string) => string;
  readonly onPick?: (bar: Bar) => void;
}) {
  const top = Math.max(1, ...bars.map((bar) => bar.count));
  return (
    <figure className="bars-figure">
      <span className="top" aria-hidden="true">
        {count(top)}
      </span>
      <div className="bars" {...(onPick ? {} : { 'aria-hidden': true })}>
        {bars.map((bar) => (
          <BarMark key={bar.at} bar={bar} {...{ top, labelOf, onPick }} />
        ))}
      </div>
      <div className="axis" aria-hidden="true">
        <span>{labelOf(bars[0]?.at ?? '')}</span>
        <span>{labelOf(bars.at(-1)?.at ?? '')}</span>
      </div>
      {onPick ? null : (
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
      )}
    </figure>
  );
}

function BarMark({
  bar,
  top,
  labelOf,
  onPick,
}: {
  readonly bar: Bar;
  readonly top: number;
  readonly labelOf: (at: string) => string;
  readonly onPick: ((bar: Bar) => void) | undefined;
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
  if (!onPick || bar.count === 0)
    return <i title={label} className={bar.count === 0 ? 'none' : ''} style={style} />;
  return (
    <button type="button" title={label} aria-label={label} onClick={() => onPick(bar)}>
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
