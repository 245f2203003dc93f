import type { TargetView } from '@cordon/contract';
import { words } from '../../../parts/format.ts';
import { Ago, At } from '../../../parts/marks.tsx';

const TONE = { running: 'on', met: 'ok', late: 'warn', missed: 'bad' } as const;

/** The targets of time, each with how it stands. */
export function TargetsBar({ targets }: { readonly targets: readonly TargetView[] }) {
  if (targets.length === 0) return null;
  return (
    <ul className="targets" aria-label="Targets of time">
      {targets.map((one) => (
        <li key={one.target}>
          <span className="strong">{words(one.target)}</span>
          <span className={`pill ${TONE[one.status]}`}>{words(one.status)}</span>
          <span className="muted small">
            {one.met_at ? (
              <>
                <At time={one.met_at} />, due <At time={one.due_at} isClockOnly />
              </>
            ) : (
              <>
                due <Ago time={one.due_at} />
              </>
            )}
          </span>
        </li>
      ))}
    </ul>
  );
}
