import { setTimeout as pause } from 'node:timers/promises';
import { SinkRefused, type SourceContext } from '@cordon/kit';
import { createReporter, reasonOf } from '../reporter.ts';
import { parsePositions } from './position.ts';
import { FileTail } from './tail.ts';

const GRACE_MS = 700;

export interface FollowOptions {
  readonly context: SourceContext<{ readonly paths: readonly string[] }>;
  readonly pollMs: number;
  /** Read each file once to its end instead of following it. */
  readonly isOnce: boolean;
}

/** Runs one tail for each path; a file that cannot be read is reported and does not stop the others. */
export async function followFiles({ context, pollMs, isOnce }: FollowOptions): Promise<void> {
  const { config, sink, memory, now, signal, ready } = context;
  const positions = parsePositions(await memory.load());
  const report = createReporter(sink, now);
  const tails = config.paths.map((path) => {
    const save = async (position: Parameters<typeof positions.set>[1]) => {
      positions.set(path, position);
      await memory.save(Object.fromEntries(positions));
    };
    return {
      path,
      tail: new FileTail(path, positions.get(path), { sink, now, signal, report, save }),
    };
  });
  const follow = async ({ path, tail }: (typeof tails)[number]) => {
    const look = async (): Promise<boolean> => {
      try {
        await (isOnce ? tail.readWhole() : tail.look());
        return isOnce;
      } catch (error) {
        if (!(error instanceof SinkRefused)) report(unreadable(path, error));
        return false;
      }
    };
    while (!signal.aborted && !(await look())) {
      await pause(pollMs, undefined, { signal }).catch(() => undefined);
    }
    await tail.close();
  };
  ready(config.paths.join(', '));
  const work = Promise.all(tails.map(follow));
  const aborted = new Promise<void>((resolve) => {
    if (signal.aborted) resolve();
    signal.addEventListener('abort', () => resolve(), { once: true });
  });
  await aborted;
  await Promise.race([work, pause(GRACE_MS, undefined, { ref: false })]);
}

const unreadable = (path: string, error: unknown) => ({
  code: 'read_failed' as const,
  detail: `${path} cannot be read: ${reasonOf(error)}.`,
  hint: 'Check that the file is there and that Cordon may read it; it is tried again.',
  at: { file: path },
  retryable: true,
});
