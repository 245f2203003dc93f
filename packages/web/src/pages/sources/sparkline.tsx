import { counted } from '../../parts/format.ts';

const WIDTH = 120;
const HEIGHT = 22;

/** Records a minute over the last hour. */
export function Sparkline({ minutes }: { readonly minutes: readonly number[] }) {
  const top = Math.max(1, ...minutes);
  const step = WIDTH / Math.max(1, minutes.length - 1);
  const points = minutes.map(
    (count, index) =>
      `${(index * step).toFixed(1)},${(HEIGHT - 1 - (count / top) * (HEIGHT - 3)).toFixed(1)}`,
  );
  const sum = minutes.reduce((all, count) => all + count, 0);
  const text = `${counted(sum, 'record')} in the last hour, at most ${top} a minute`;
  return (
    <svg className="sparkline" viewBox={`0 0 ${WIDTH} ${HEIGHT}`} role="img" aria-label={text}>
      <title>{text}</title>
      <polyline points={points.join(' ')} fill="none" stroke="currentColor" strokeWidth="1.5" />
    </svg>
  );
}
