/** What a command says while it works; only where a person looks at a terminal. */
export interface ProgressBar {
  show(stage: string, done: number, total: number): void;
  end(): void;
}

const WIDTH = 24;
const EVERY_MS = 100;

/** A bar on one line of stderr; silent when stderr is not a terminal. */
export function createProgressBar(
  stream: NodeJS.WriteStream,
  now: () => number,
  what = 'records',
): ProgressBar {
  let shownAt = 0;
  return {
    show(stage, done, total) {
      if (!stream.isTTY || now() - shownAt < EVERY_MS) return;
      shownAt = now();
      const filled = total > 0 ? Math.round((WIDTH * done) / total) : 0;
      const bar = total > 0 ? `[${'#'.repeat(filled)}${' '.repeat(WIDTH - filled)}] ` : '';
      const count = total > 0 ? `${done} of ${total}` : String(done);
      stream.write(`\r\u001b[K${bar}${stage} ${count} ${what}`);
    },
    end() {
      if (stream.isTTY && shownAt > 0) stream.write('\r\u001b[K');
    },
  };
}
