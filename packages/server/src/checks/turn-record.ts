import type { Check, Diagnosis, JsonObject, Turn } from '@cordon/core';

const MAX_FAULTS = 3;

/** What is known beyond the answer itself. */
export interface TurnContext {
  readonly diagnosis: Diagnosis | undefined;
  /** The check that must be well for this one to be, and is not. */
  readonly blockedBy: string | undefined;
}

/** A change of state as the record that is taken in; `content/parsers/cordon-watch` reads it. */
export function toRecord(check: Check, turn: Turn, context: TurnContext): JsonObject {
  const { id, kind, asset, host, port } = check;
  const { from, to, isFlapping, reading } = turn;
  return {
    cordon: 'check',
    time: reading.at,
    check: id,
    kind,
    asset,
    target: port === 0 ? host : `${host}:${port}`,
    state: to,
    was: from,
    flapping: isFlapping,
    finding: isFlapping ? `It comes and goes; last: ${reading.text}` : reading.text,
    ...(reading.ms === undefined ? {} : { ms: reading.ms }),
    ...(context.blockedBy === undefined ? {} : { blocked_by: context.blockedBy }),
    ...tellDiagnosis(context),
  };
}

function tellDiagnosis({ diagnosis, blockedBy }: TurnContext): JsonObject {
  if (blockedBy !== undefined)
    return { diagnosis: `It depends on ${blockedBy}, which fails itself.` };
  if (diagnosis === undefined) return { diagnosis: 'No diagnosis was made.' };
  const { outcome, faults } = diagnosis;
  const [first, ...others] = faults.slice(0, MAX_FAULTS);
  if (first === undefined)
    return {
      diagnosis:
        outcome === 'healthy'
          ? 'The doctor could reach it: it works again, or answers otherwise than it should.'
          : 'The doctor could not decide.',
    };
  return {
    diagnosis: [first.title, ...others.map(({ title }) => `or: ${title}`)].join('; '),
    cause: first.cause,
    layer: first.layer,
    evidence: [...first.evidence],
    fix: first.fix,
    confirm: first.confirm,
    ...(first.actionId === undefined ? {} : { action_id: first.actionId }),
  };
}
