import { err, ok, type Problem, type Result, toEpochMs } from '@cordon/core';
import { type Caller, createCaller, SourceTrouble } from '@cordon/extensions';
import type { NarratorSettings } from './narrate/config.ts';
import { type AskModel, createNarrator, type Narrator } from './narrate/narrator.ts';

const MAX_BYTES = 262_144;
const WHAT = 'The language model';

/**
 * The narrator with the guarded way out that sources have: public addresses unless told otherwise, no
 * redirect followed, the answer and the time it may take bounded. Undefined while none is configured.
 */
export function composeNarrator(
  settings: NarratorSettings | undefined,
  signal: AbortSignal,
): Narrator | undefined {
  if (settings === undefined) return undefined;
  const caller = createCaller(settings.allowPrivate);
  signal.addEventListener('abort', () => void caller.close(), { once: true });
  return createNarrator({
    model: settings.model,
    ask: createAsk(settings, caller, signal),
    now: () => toEpochMs(Date.now()),
  });
}

const createAsk =
  (settings: NarratorSettings, caller: Caller, signal: AbortSignal): AskModel =>
  async (body) => {
    const url = new URL(`${settings.url.replace(/\/+$/, '')}/chat/completions`);
    if (url.protocol !== 'https:' && !settings.allowPrivate) return err(inTheClear);
    const { key } = settings;
    const call = {
      what: WHAT,
      url,
      method: 'POST',
      headers: {
        'content-type': 'application/json',
        accept: 'application/json',
        'user-agent': 'Cordon',
        ...(key === undefined ? {} : { authorization: `Bearer ${key}` }),
      },
      body,
      maxBytes: MAX_BYTES,
    } as const;
    try {
      const limit = AbortSignal.any([signal, AbortSignal.timeout(settings.timeoutMs)]);
      return toBody(await caller.call(call, limit));
    } catch (error) {
      if (error instanceof SourceTrouble) return err(toProblem(error.problem));
      throw error;
    }
  };

function toBody({ status, body }: Awaited<ReturnType<Caller['call']>>): Result<string> {
  if (status === 200) return ok(body.toString('utf8'));
  const hint =
    status === 401 || status === 403
      ? 'Look at key in narrator.'
      : 'Look at url and model in narrator.';
  return err({
    code: 'narrator_unreachable',
    detail: `${WHAT} answered HTTP ${status}.`,
    hint,
    retryable: status === 429 || status >= 500,
  });
}

function toProblem({ code, detail }: Problem): Problem {
  if (code === 'target_not_allowed')
    return { code, detail, hint: 'Set allow_private when that is meant.', retryable: false };
  if (code === 'record_too_large')
    return { code: 'narrator_answer_unusable', detail, retryable: true };
  return {
    code: 'narrator_unreachable',
    detail,
    hint: 'The story step by step is complete without it.',
    retryable: true,
  };
}

const inTheClear: Problem = {
  code: 'target_not_allowed',
  detail: 'The endpoint of the narrator would be sent evidence and key in the clear.',
  hint: 'Use https, or set allow_private for an endpoint of your own network.',
  retryable: false,
};
