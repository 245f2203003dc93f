import { type ChildProcess, fork } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import type { Program, ProgramEnd, RunProgram } from '@cordon/kit';

/*
 * Starts programs from a small process of its own. To start one, the kernel copies the page tables of
 * whoever asks, and that stands still meanwhile: 60 ms where 1.4 GB are in memory, three times for one
 * block. The small process is started while this one is small, and ends with it (ADR 28).
 */

const HOST = fileURLToPath(new URL('./program-host.ts', import.meta.url));

/** What the host is asked: to run a program, or to end one that runs. */
export type HostAsk =
  | { readonly id: number; readonly program: Program }
  | { readonly stop: number };

interface HostAnswer {
  readonly id: number;
  readonly end: ProgramEnd;
}

const GONE: ProgramEnd = {
  stdout: '',
  stderr: '',
  failure: { message: 'the process that programs are started from is gone' },
};

/** Starts the host and gives what runs programs in it; one that is gone is started again when next needed. */
export function createPrograms(): RunProgram {
  const host = new ProgramHost();
  host.start();
  return host.run;
}

class ProgramHost {
  private child: ChildProcess | undefined;
  private readonly pending = new Map<number, (end: ProgramEnd) => void>();
  private asked = 0;

  run: RunProgram = (program, signal) =>
    new Promise((resolve) => {
      const child = this.child ?? this.start();
      const id = ++this.asked;
      const stop = (): void => void child.send({ stop: id } satisfies HostAsk, () => undefined);
      this.pending.set(id, (end) => {
        signal.removeEventListener('abort', stop);
        resolve(end);
      });
      // What cannot be sent is answered when the host is seen to be gone.
      child.send({ id, program } satisfies HostAsk, () => undefined);
      if (signal.aborted) stop();
      else signal.addEventListener('abort', stop, { once: true });
    });

  start(): ChildProcess {
    const child = fork(HOST, { execArgv: [], stdio: 'ignore' });
    child.on('message', (message) => {
      const { id, end } = message as HostAnswer;
      this.pending.get(id)?.(end);
      this.pending.delete(id);
    });
    child.on('error', () => this.bury(child));
    child.on('disconnect', () => this.bury(child));
    // It keeps nobody alive.
    child.unref();
    child.channel?.unref();
    this.child = child;
    return child;
  }

  private bury(child: ChildProcess): void {
    if (this.child !== child) return;
    this.child = undefined;
    for (const answer of this.pending.values()) answer(GONE);
    this.pending.clear();
  }
}
