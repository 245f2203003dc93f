import { toEpochMs } from '../shared/time.ts';
import type { PriorityLevel } from '../triage/priority.ts';
import { type Loudness, loudnessOf } from './loudness.ts';
import type { Matter, Need } from './matter.ts';
import { type Recipient, recipientsOf, routeOf } from './recipients.ts';
import type { Situation } from './tell.ts';

/** Whom one step would tell, and how loud. */
export interface PreviewStep {
  /** Minutes after the first one, when nobody answers. */
  readonly afterMs: number;
  readonly recipients: readonly (Recipient & { readonly loudness: Loudness })[];
}

/** Who would be told of something of that priority now, or that is about these subjects. */
export function previewTelling(
  wanted: {
    readonly priority: PriorityLevel;
    readonly teamId?: string | undefined;
    readonly subjects?: readonly string[];
  },
  situation: Situation,
): { readonly team: Matter['team']; readonly steps: readonly PreviewStep[] } {
  const need: Need = {
    key: 'preview',
    kind: 'incident',
    priority: wanted.priority,
    title: '',
    lines: [],
    path: '/',
    ruleIds: [],
    subjects: wanted.subjects ?? [],
    ...(wanted.teamId === undefined ? {} : { teamId: wanted.teamId }),
  };
  const { roster, now } = situation;
  const routed = routeOf(need, roster);
  const team = roster.teams.get(routed.id);
  let afterMs = 0;
  const steps = (team?.steps ?? []).map(({ tell, waitMs }): PreviewStep => {
    const onCall = { ...situation, now: toEpochMs(now + afterMs) };
    const recipients = recipientsOf(tell, need, { team, onCall });
    const step = {
      afterMs,
      recipients: recipients.map((recipient) => ({
        ...recipient,
        loudness: loudnessOf({ need }, recipient.person, {
          policy: roster.policy,
          sent: situation.sent,
          now: onCall.now,
        }),
      })),
    };
    if (recipients.length > 0) afterMs += waitMs;
    return step;
  });
  return { team: routed, steps };
}
