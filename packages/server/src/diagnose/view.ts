import { execFile } from 'node:child_process';

/** What a command said; a command that is not there has `code` 127. */
export interface Said {
  readonly code: number;
  readonly text: string;
}

/** Where commands that only read can be run: this machine, or another one that lets us. */
export interface View {
  /** In words: `this machine`, `the network namespace web-1`. */
  readonly name: string;
  run(command: string, args: readonly string[]): Promise<Said>;
}

const MAX_BYTES = 1_000_000;
const TIME_LIMIT_MS = 8_000;

/** This machine. Arguments go to the program one by one: no shell reads them. */
export const localView: View = {
  name: 'this machine',
  run: (command, args) => runCommand([command, ...args]),
};

/** A network namespace of this machine (needs root). */
export const namespaceView = (namespace: string): View => ({
  name: `the network namespace ${namespace}`,
  run: (command, args) => runCommand(['ip', 'netns', 'exec', namespace, command, ...args]),
});

function runCommand([command = '', ...args]: readonly string[]): Promise<Said> {
  const options = {
    timeout: TIME_LIMIT_MS,
    maxBuffer: MAX_BYTES,
    env: { PATH: `${process.env['PATH'] ?? ''}:/usr/sbin:/sbin`, LC_ALL: 'C' },
  };
  return new Promise((resolve) => {
    execFile(command, args, options, (error, out, complaint) => {
      const code = error === null ? 0 : typeof error.code === 'number' ? error.code : 127;
      resolve({ code, text: `${out}${complaint}` });
    });
  });
}
