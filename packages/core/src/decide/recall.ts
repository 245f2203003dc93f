import type { Known } from '../enrich/known.ts';
import { isExternalIp } from '../entity/resolve.ts';
import type { Remembered } from '../triage/first-seen.ts';
import type { ScoreContext } from '../triage/scorecard.ts';
import type { UnscoredAlert } from './read-signal.ts';

const MAX_ASKED = 8;

function kindOf({ kind, id, role }: UnscoredAlert['entities'][number]) {
  if (kind === 'domain' || kind === 'user') return kind;
  // Who only comes knocking is new every minute.
  return kind === 'ip' && role === 'target' && isExternalIp(id) ? kind : undefined;
}

/** What inventory and memory tell of the things an alert is about. */
export function recall(
  known: Known,
  alert: UnscoredAlert,
  host: string | undefined,
): Pick<ScoreContext, 'remembered' | 'openHost'> {
  const remembered = alert.entities.slice(0, MAX_ASKED).flatMap((ref): readonly Remembered[] => {
    const kind = kindOf(ref);
    const seen = kind && known.seen(kind, ref.id);
    return kind && seen ? [{ kind, id: ref.id, firstAt: seen.firstAt, count: seen.count }] : [];
  });
  const isOpen = host !== undefined && known.asset(host, alert.lastAt)?.isExposed === true;
  return {
    ...(remembered.length > 0 ? { remembered } : {}),
    ...(isOpen ? { openHost: host } : {}),
  };
}
