import { execFile } from 'node:child_process';

const OUTPUT_LIMIT_BYTES = 32 * 1024 * 1024;

/** A program of this machine and what it is given, word by word: no shell reads it. */
export interface Program {
  readonly file: string;
  readonly args: readonly string[];
}

/** What a program left. */
export interface ProgramEnd {
  readonly stdout: string;
  readonly stderr: string;
  /** Absent: it ended well. The code is that of the exit, or of why it could not be started (`ENOENT`). */
  readonly failure?: { readonly message: string; readonly code?: string | number };
}

/** Runs a program in the C locale and waits for its end; `signal` ends it. Never rejects. */
export type RunProgram = (program: Program, signal: AbortSignal) => Promise<ProgramEnd>;

/** Runs it as a child of this process. */
export const runProgram: RunProgram = ({ file, args }, signal) =>
  new Promise((resolve) => {
    const options = { signal, maxBuffer: OUTPUT_LIMIT_BYTES, env: { LC_ALL: 'C' } };
    execFile(file, args, options, (error, stdout, stderr) => {
      resolve({ stdout, stderr, ...(error ? { failure: toFailure(error) } : {}) });
    });
  });

const toFailure = ({ message, code }: Error & { readonly code?: unknown }) => ({
  message,
  ...(typeof code === 'string' || typeof code === 'number' ? { code } : {}),
});
