import type { IncidentId } from '../shared/id.ts';
import { err, ok, type Result } from '../shared/result.ts';
import type { EpochMs } from '../shared/time.ts';
import type { Alert } from '../triage/alert.ts';
import { combineEvidence } from '../triage/combine.ts';
import { type Evidence, evidenceIdOf } from '../triage/evidence.ts';
import { PRIOR_LOGIT } from '../triage/scorecard.ts';
import type { Group, Memory } from './memory.ts';

/*
 * What the affected person says of what their account did. It is evidence like any other: no verdict. Who
 * holds an account may hold its mailbox too, so "it was me" takes away less than "it was not" adds.
 */

const CONFIRMED_NATS = -2;
const DENIED_NATS = 3;
const OWN_ANSWER = 'answer:';
const MAX_OFFSETS = 20;

/** The evidence kind of what the holder of an account said. */
export const ownAnswerKind = (account: string): string => `${OWN_ANSWER}${account}`;

/** What people said of an alert: kept when it is scored anew. */
export const ownAnswersOf = (alert: Alert | undefined): readonly Evidence[] =>
  (alert?.score.contributions ?? [])
    .map(({ evidence }) => evidence)
    .filter(({ kind }) => kind.startsWith(OWN_ANSWER));

/** What somebody said of their account in an incident. */
export interface OwnAnswerGiven {
  readonly incidentId: IncidentId;
  readonly account: string;
  readonly isConfirmed: boolean;
}

/**
 * Puts the answer into the scores. A denial counts once, on the strongest alert about the account; a
 * confirmation takes from each of them, so that none is left standing as if nobody had been asked.
 */
export function takeOwnAnswer(
  memory: Memory,
  group: Group,
  given: OwnAnswerGiven & { readonly at: EpochMs },
): Result<void> {
  const about = group.alertIds
    .flatMap((id) => memory.alerts.get(id) ?? [])
    .filter(({ entities }) =>
      entities.some(({ kind, id }) => kind === 'user' && id === given.account),
    )
    .toSorted((a, b) => b.score.logit - a.score.logit || (a.id < b.id ? -1 : 1));
  if (about.length === 0)
    return err({
      code: 'not_found',
      detail: `No alert of INC-${group.number} is about the account ${given.account}.`,
      retryable: false,
    });
  const answered = given.isConfirmed ? about : about.slice(0, 1);
  for (const alert of answered) memory.putAlert(withAnswer(alert, given));
  memory.putGroup(group);
  return ok(undefined);
}

function withAnswer(
  alert: Alert,
  { account, isConfirmed, at }: OwnAnswerGiven & { readonly at: EpochMs },
): Alert {
  const kind = ownAnswerKind(account);
  const others = alert.score.contributions
    .map(({ evidence }) => evidence)
    .filter((one) => one.kind !== kind);
  const evidence: Evidence = {
    id: evidenceIdOf(alert.id, kind),
    at,
    subject: [{ kind: 'user', id: account, role: 'related' }],
    kind,
    llr: isConfirmed ? CONFIRMED_NATS : DENIED_NATS,
    group: kind,
    text: isConfirmed
      ? `The holder of ${account} says that it was them.`
      : `The holder of ${account} says that it was not them.`,
    offsets: alert.offsets.slice(0, MAX_OFFSETS),
  };
  return {
    ...alert,
    score: combineEvidence(PRIOR_LOGIT, [...others, evidence]),
  };
}
