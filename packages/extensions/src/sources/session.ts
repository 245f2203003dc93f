/*
 * What sources that fetch have in common: a session with the outside that is opened again, with growing
 * pauses, whenever it fails. The intake restarts a source too, but its pauses never shrink again, which is
 * right for a port that is taken and wrong for a connection that breaks once a week.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import type { Problem } from '@cordon/core';
import { SinkRefused, type SourceContext } from '@cordon/kit';
import { createBackOff } from './back-off.ts';
import { createReporter, reasonOf } from './reporter.ts';

const GRACE_MS = 700;

/** A failure of the outside that says itself what it is, and perhaps how long to wait. */
export class SourceTrouble extends Error {
  readonly problem: Problem;
  readonly waitMs: number | undefined;
  constructor(problem: Problem, waitMs?: number, cause?: unknown) {
    super(problem.detail, { cause });
    this.problem = problem;
    this.waitMs = waitMs;
  }
}

/** A pause that an abort ends early; it never rejects. */
export const rest = (forMs: number, signal: AbortSignal): Promise<void> =>
  sleep(forMs, undefined, { signal }).catch(() => undefined);

export interface SessionOptions {
  readonly context: Pick<SourceContext<unknown>, 'sink' | 'now' | 'signal'>;
  /** What is read from, without secrets: `the mailbox alerts@mail.example.com`. */
  readonly what: string;
  /** Ends when the session is over; `worked` is called whenever something came through. */
  readonly open: (worked: () => void) => Promise<void>;
  /** Tests put in a pause of their own. */
  readonly pause?: (forMs: number, signal: AbortSignal) => Promise<void>;
}

/** Opens sessions until the abort, and resolves within a second of it. */
export async function keepSession(options: SessionOptions): Promise<void> {
  const { signal, sink, now } = options.context;
  const pause = options.pause ?? rest;
  const backOff = createBackOff();
  const report = createReporter(sink, now);
  const work = async () => {
    while (!signal.aborted) {
      const trouble = await runSession(options, () => backOff.reset());
      if (signal.aborted) return;
      if (trouble?.problem) report(trouble.problem);
      await pause(trouble?.waitMs ?? backOff.next(), signal);
    }
  };
  const working = work();
  await untilAborted(signal, working);
  await Promise.race([working, sleep(GRACE_MS, undefined, { ref: false })]);
}

/** Resolves at the abort; rejects when the work breaks by a bug. */
const untilAborted = (signal: AbortSignal, working: Promise<void>): Promise<void> =>
  new Promise((resolve, reject) => {
    if (signal.aborted) resolve();
    signal.addEventListener('abort', () => resolve(), { once: true });
    working.then(resolve, reject);
  });

async function runSession(
  { open, what }: SessionOptions,
  worked: () => void,
): Promise<{ readonly problem?: Problem; readonly waitMs?: number } | undefined> {
  try {
    await open(worked);
    return undefined;
  } catch (error) {
    if (error instanceof SinkRefused) return undefined;
    if (error instanceof SourceTrouble) {
      const { problem, waitMs } = error;
      return waitMs === undefined ? { problem } : { problem, waitMs };
    }
    return { problem: unreachable(what, reasonOf(error)) };
  }
}

/** The common failure: it is not there, or it went away. */
export const unreachable = (what: string, why: string): Problem => ({
  code: 'source_unreachable',
  detail: `${what} cannot be read from: ${why}.`,
  hint: 'Check the address, the network and the certificate; it is tried again with growing pauses.',
  retryable: true,
});

/** Credentials that are not taken: a person has to look, and yet it is tried again in case somebody does. */
export const denied = (what: string, why: string): Problem => ({
  code: 'source_denied',
  detail: `${what} does not let Cordon read: ${why}.`,
  hint: 'Check the credentials and what they allow; it is tried again with growing pauses.',
  retryable: true,
});
