import type { SignalView } from '@cordon/contract';
import { At } from '../../parts/marks.tsx';
import { RecordLinks } from '../../record-drawer.tsx';

/** Signals as sentences with the records behind them. */
export function SignalList({
  title,
  signals,
}: {
  readonly title: string;
  readonly signals: readonly SignalView[];
}) {
  return (
    <div className="stack tight">
      <h4 className="muted small">{title}</h4>
      <ul className="signals">
        {signals.map((signal) => (
          <li key={signal.id}>
            <At time={signal.at} /> {signal.text} <RecordLinks offsets={signal.offsets.slice(-3)} />
          </li>
        ))}
      </ul>
    </div>
  );
}
