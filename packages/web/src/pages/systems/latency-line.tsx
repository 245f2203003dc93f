import type { CheckView } from '@cordon/contract';

const WIDTH = 120;
const HEIGHT = 22;
const DOT = 1.8;

type Reading = CheckView['readings'][number];

/** How long the last answers took, with a mark where one failed or warned. */
export function LatencyLine({ readings }: { readonly readings: readonly Reading[] }) {
  if (readings.length === 0) return <span className="muted">–</span>;
  const times = readings.flatMap(({ ms }) => (ms === undefined ? [] : [ms]));
  const top = Math.max(1, ...times);
  const step = WIDTH / Math.max(1, readings.length - 1);
  const place = ({ ms }: Reading, nth: number) => ({
    x: nth * step,
    y: HEIGHT - 3 - ((ms ?? 0) / top) * (HEIGHT - 6),
  });
  const answered = readings.map((reading, nth) => ({ reading, ...place(reading, nth) }));
  const line = answered
    .filter(({ reading }) => reading.ms !== undefined)
    .map(({ x, y }) => `${x.toFixed(1)},${y.toFixed(1)}`)
    .join(' ');
  const marked = answered.filter(({ reading }) => reading.state !== 'ok');
  const text = `${readings.length} answers, at most ${say(top)}${
    marked.length > 0 ? `, ${marked.length} not well` : ''
  }`;
  return (
    <svg className="sparkline" viewBox={`0 0 ${WIDTH} ${HEIGHT}`} role="img" aria-label={text}>
      <title>{text}</title>
      <polyline points={line} fill="none" stroke="currentColor" strokeWidth="1.5" />
      {marked.map(({ reading, x, y }) => (
        <circle
          key={reading.at}
          className={`dot ${reading.state}`}
          cx={Math.min(WIDTH - DOT, Math.max(DOT, x))}
          cy={y}
          r={DOT}
        />
      ))}
    </svg>
  );
}

/** A time an answer took, as people say it. */
export const say = (ms: number): string =>
  ms < 10
    ? `${ms.toFixed(1)} ms`
    : ms < 1_000
      ? `${Math.round(ms)} ms`
      : `${(ms / 1_000).toFixed(1)} s`;
