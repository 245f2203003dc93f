import { readFile, stat } from 'node:fs/promises';
import { err, type Problem, type Result } from '@cordon/core';

export interface FileKind<T> {
  readonly path: string;
  readonly maxBytes: number;
  /** Told when the file cannot be read at all. */
  readonly code: 'inventory_broken' | 'geoip_broken';
  read(bytes: Buffer): Result<T>;
}

/**
 * A file beside the configuration that may change while the server runs. What it said last stands
 * until it says something whole and other; a problem is told once for each version of the file.
 */
export class WatchedFile<T> {
  readonly #kind: FileKind<T>;
  #stamp: string | undefined;
  #value: T | undefined;
  #problem: Problem | undefined;

  constructor(kind: FileKind<T>) {
    this.#kind = kind;
  }

  /** What it said when it was last right. */
  get value(): T | undefined {
    return this.#value;
  }

  /** What is wrong with it as it is. */
  get problem(): Problem | undefined {
    return this.#problem;
  }

  /** Looks whether it changed; tells whether the value did, or what is newly wrong. */
  async check(): Promise<{ readonly isChanged: boolean; readonly problem?: Problem }> {
    const stamp = await this.#look();
    if (stamp === this.#stamp) return { isChanged: false };
    this.#stamp = stamp;
    const read = await this.#read();
    this.#problem = read.ok ? undefined : read.problem;
    if (!read.ok) return { isChanged: false, problem: read.problem };
    this.#value = read.value;
    return { isChanged: true };
  }

  async #look(): Promise<string> {
    try {
      const { mtimeMs, size, ino } = await stat(this.#kind.path);
      return `${mtimeMs}:${size}:${ino}`;
    } catch {
      return 'gone';
    }
  }

  async #read(): Promise<Result<T>> {
    const { path, maxBytes, code } = this.#kind;
    const refuse = (detail: string): Result<T> =>
      err({
        code,
        detail,
        hint: 'What it said before stays in use.',
        at: { file: path },
        retryable: true,
      });
    try {
      const { size } = await stat(path);
      if (size > maxBytes) return refuse(`It has ${size} bytes; the most is ${maxBytes}.`);
      return this.#kind.read(await readFile(path));
    } catch (error) {
      const reason = error instanceof Error && 'code' in error ? String(error.code) : 'unknown';
      return refuse(`It cannot be read (${reason}).`);
    }
  }
}
