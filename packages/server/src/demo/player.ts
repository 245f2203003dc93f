import { setTimeout } from 'node:timers/promises';
import { type EpochMs, err, ok, type Problem, type Result } from '@cordon/core';
import type { ReceivedRecord } from '@cordon/kit';
import type { Demo } from '../ports.ts';
import { createFiller, type Story, toCues } from './story.ts';

const TICK_MS = 100;
const SEED = 20_260;

export interface PlayerDeps {
  readonly story: Story;
  readonly push: (records: readonly ReceivedRecord[]) => Promise<void>;
  readonly now: () => EpochMs;
  readonly signal: AbortSignal;
  readonly onProblem: (problem: Problem) => void;
}

/** Plays a story into the ordinary intake, in real time: nothing after it knows that it is a demo. */
export function createPlayer(deps: PlayerDeps): Demo {
  const cues = toCues(deps.story);
  let isPlaying = false;
  let played = 0;

  const play = async (): Promise<void> => {
    const fill = createFiller(deps.story.lists, SEED);
    const startedAt = deps.now();
    const encoder = new TextEncoder();
    while (played < cues.length && !deps.signal.aborted) {
      const elapsedMs = deps.now() - startedAt;
      const until = cues.findIndex((cue, index) => index >= played && cue.atMs > elapsedMs);
      const due = cues.slice(played, until === -1 ? cues.length : until);
      const receivedAt = deps.now();
      if (due.length > 0)
        await deps.push(
          due.map((cue) => ({
            bytes: encoder.encode(fill(cue.template, new Date(startedAt + cue.atMs))),
            receivedAt,
          })),
        );
      played += due.length;
      await setTimeout(TICK_MS, undefined, { signal: deps.signal }).catch(() => undefined);
    }
  };

  return {
    async start(): Promise<Result<{ readonly durationS: number }>> {
      if (isPlaying)
        return err({
          code: 'demo_playing',
          detail: 'The demo attack is playing already.',
          hint: 'watch it on the overview',
          retryable: true,
        });
      isPlaying = true;
      played = 0;
      play()
        .catch((error: unknown) =>
          deps.onProblem({
            code: 'demo_stopped',
            detail: `The demo stopped: ${error instanceof Error ? error.message : String(error)}.`,
            retryable: true,
          }),
        )
        .finally(() => {
          isPlaying = false;
        });
      return ok({ durationS: deps.story.durationS });
    },
    progress: () => ({ playing: isPlaying, fraction: played / cues.length, records: played }),
  };
}
