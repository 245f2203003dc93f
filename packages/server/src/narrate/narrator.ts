/*
 * Has a language model retell an incident. It is handed the steps of the attack and a way to post a
 * text, and no store, no desk and no runner: whatever the model answers, there is nothing it could
 * change. It only ever gives back sentences that `checkNarration` let through.
 */
import { createHash, randomUUID } from 'node:crypto';
import {
  type AttackStep,
  BoundedMap,
  checkNarration,
  type EpochMs,
  err,
  type IncidentId,
  type Narration,
  ok,
  type Result,
  toNarratorPrompt,
} from '@cordon/core';
import { readAnswer } from './read-answer.ts';

/** Posts a request to the endpoint and gives the body of its answer; every failure is a problem. */
export type AskModel = (body: string) => Promise<Result<string>>;

/** An incident as a language model told it. */
export interface ToldStory extends Narration {
  readonly toldAt: EpochMs;
  /** Steps the model was not shown. */
  readonly leftOut: number;
}

export interface Narrator {
  readonly model: string;
  /** What the model says of these steps; asked once for the same steps, at most two at a time. */
  tell(id: IncidentId, steps: readonly AttackStep[]): Promise<Result<ToldStory>>;
}

const MAX_AT_ONCE = 2;
const MAX_KEPT = 100;

const fingerprintOf = (steps: readonly AttackStep[]): string =>
  createHash('sha256')
    .update(
      toNarratorPrompt(steps, '')
        .messages.map(({ content }) => content)
        .join('\n'),
    )
    .digest('base64url');

/** A narrator over a way to ask; it keeps what was told of the last 100 incidents in memory. */
export function createNarrator(deps: {
  readonly model: string;
  readonly ask: AskModel;
  readonly now: () => EpochMs;
}): Narrator {
  const kept = new BoundedMap<IncidentId, { readonly of: string; readonly told: ToldStory }>(
    MAX_KEPT,
  );
  const asking = new Map<string, Promise<Result<ToldStory>>>();
  const tellAnew = async (steps: readonly AttackStep[]): Promise<Result<ToldStory>> => {
    const { messages, ids, leftOut } = toNarratorPrompt(steps, randomUUID());
    const rest = { toldAt: deps.now(), leftOut };
    if (ids.length === 0) return ok({ ...checkNarration('', ids), ...rest });
    const answer = await deps.ask(JSON.stringify({ model: deps.model, messages, stream: false }));
    if (!answer.ok) return answer;
    const text = readAnswer(answer.value);
    if (!text.ok) return text;
    return ok({ ...checkNarration(text.value, ids), ...rest });
  };
  return {
    model: deps.model,
    async tell(id, steps) {
      const of = fingerprintOf(steps);
      const before = kept.get(id);
      if (before?.of === of) return ok(before.told);
      const already = asking.get(id + of);
      if (already) return already;
      if (asking.size >= MAX_AT_ONCE) return err(busy);
      const telling = tellAnew(steps).finally(() => asking.delete(id + of));
      asking.set(id + of, telling);
      const told = await telling;
      if (told.ok) kept.set(id, { of, told: told.value });
      return told;
    },
  };
}

const busy = {
  code: 'narrator_busy',
  detail: `The narrator tells ${MAX_AT_ONCE} incidents already.`,
  hint: 'Try again in a moment.',
  retryable: true,
} as const;
