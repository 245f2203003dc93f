import { createHash } from 'node:crypto';
import { mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import {
  type Batch,
  type Json,
  type Problem,
  packRule,
  parseSigma,
  RULE_FORMAT,
  type SigmaDocument,
  type SigmaOptions,
  unpackRule,
} from '@cordon/core';

/** What one file of rules held: packed rules, and what was wrong with it. */
interface Entry {
  readonly rules: readonly Json[];
  readonly problems: readonly Problem[];
}

const MAGIC = `cordon-rules ${RULE_FORMAT}`;
const MAX_BYTES = 256_000_000;

const hashOf = (text: string): string => createHash('sha256').update(text).digest('hex');

/**
 * Rules that were read before, in one file: a rule is found by the hash of its text, its file name
 * and how it is read, so it can never be out of date. A file that is damaged or of another format
 * is as good as none, and says so once in `problems`.
 */
export class RuleCache {
  readonly problems: readonly Problem[];
  readonly #path: string;
  readonly #kept: ReadonlyMap<string, Entry>;
  readonly #used = new Map<string, Entry>();
  readonly #optionHashes = new WeakMap<SigmaOptions, string>();
  #isNew = false;

  private constructor(
    path: string,
    read: { readonly kept: ReadonlyMap<string, Entry>; readonly problems: readonly Problem[] },
  ) {
    this.#path = path;
    this.#kept = read.kept;
    this.problems = read.problems;
  }

  static async open(path: string): Promise<RuleCache> {
    const bytes = await readFile(path).catch(() => undefined);
    return new RuleCache(path, bytes === undefined ? NOTHING : readBody(path, bytes));
  }

  /** The rules of a file's text, read anew where they are not kept. */
  read(text: string, file: string, options: SigmaOptions = {}): Batch<SigmaDocument> {
    const key = hashOf(JSON.stringify([file, this.#hashOf(options), text]));
    const there = this.#kept.get(key);
    if (there) {
      const values = there.rules.flatMap((packed) => unpackRule(packed) ?? []);
      this.#used.set(key, there);
      if (values.length === there.rules.length) return { values, problems: there.problems };
    }
    const fresh = parseSigma(text, file, options);
    this.#isNew = true;
    this.#used.set(key, { rules: fresh.values.map(packRule), problems: fresh.problems });
    return fresh;
  }

  /** Options hold lists of any length: they are hashed once. */
  #hashOf(options: SigmaOptions): string {
    const there = this.#optionHashes.get(options);
    if (there !== undefined) return there;
    const hash = hashOf(JSON.stringify(options));
    this.#optionHashes.set(options, hash);
    return hash;
  }

  /** Keeps what was read since {@link open} and forgets the rest; what cannot be written is a problem. */
  async save(): Promise<readonly Problem[]> {
    if (!this.#isNew && this.#used.size === this.#kept.size) return [];
    const body = JSON.stringify([...this.#used]);
    try {
      // At the very first start the data folder is not there yet.
      await mkdir(dirname(this.#path), { recursive: true, mode: 0o700 });
      const draft = `${this.#path}.${process.pid}.new`;
      await writeFile(draft, `${MAGIC} ${hashOf(body)}\n${body}`);
      await rename(draft, this.#path);
      return [];
    } catch (error) {
      return [problemOf(this.#path, error instanceof Error ? error.message : String(error))];
    }
  }
}

const NOTHING = { kept: new Map<string, Entry>(), problems: [] } as const;

function readBody(path: string, bytes: Buffer) {
  const end = bytes.indexOf(10);
  const head = bytes.toString('latin1', 0, Math.max(0, Math.min(end, 200)));
  if (!head.startsWith(`${MAGIC} `)) {
    // Another version wrote it: nothing is wrong.
    if (/^cordon-rules \d+ [0-9a-f]{64}$/.test(head)) return NOTHING;
    return { kept: NOTHING.kept, problems: [problemOf(path, 'it is not a cache of rules')] };
  }
  const body = bytes.length > MAX_BYTES ? '' : bytes.toString('utf8', end + 1);
  if (head.slice(MAGIC.length + 1) !== hashOf(body))
    return { kept: NOTHING.kept, problems: [problemOf(path, 'it is damaged')] };
  return { kept: new Map(JSON.parse(body) as readonly (readonly [string, Entry])[]), problems: [] };
}

const problemOf = (file: string, why: string): Problem => ({
  code: 'rule_cache_unusable',
  detail: `The cache of rules that were read before cannot be used: ${why}.`,
  hint: 'Nothing is lost: the rules are read from their files, which takes some seconds longer.',
  at: { file },
  retryable: true,
});
