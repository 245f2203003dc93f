import { basename, dirname } from 'node:path';
import {
  type EpochMs,
  type ParserDefinition,
  type Playbook,
  type Problem,
  type SigmaDocument,
  traceRecord,
} from '@cordon/core';
import type { Content } from '../content/content.ts';
import type { NewAuditEntry } from '../store/ports.ts';
import type { ContentDesk, ContentView } from './ports.ts';

export interface LiveContentDeps {
  readonly first: Content;
  readonly load: () => Promise<Content>;
  readonly audit: (entry: NewAuditEntry) => Promise<void>;
  readonly now: () => EpochMs;
}

/** The content that is in force, read anew without a restart. */
export class LiveContent implements ContentDesk {
  private readonly deps: LiveContentDeps;
  private content: Content;
  private loadedAt: EpochMs;
  private apply: (content: Content) => Promise<void> = async () => undefined;
  private reloading: Promise<ContentView> | undefined;

  constructor(deps: LiveContentDeps) {
    this.deps = deps;
    this.content = deps.first;
    this.loadedAt = deps.now();
  }

  /** Who puts content in force between two batches; rejects when it cannot, and the old one stays. */
  applyBy(apply: (content: Content) => Promise<void>): void {
    this.apply = apply;
  }

  current(): Content {
    return this.content;
  }

  view(): ContentView {
    const { parsers, rules, playbooks, problems } = this.content;
    return {
      parsers: parsers.length,
      rules: rules.length,
      playbooks: playbooks.length,
      problems,
      loadedAt: this.loadedAt,
    };
  }

  trace(record: Parameters<ContentDesk['trace']>[0]) {
    return traceRecord({ parsers: this.content.parsers, record });
  }

  /** One at a time: who asks while it is read gets the same answer. */
  reload(actor: string): Promise<ContentView> {
    this.reloading ??= this.read(actor).finally(() => {
      this.reloading = undefined;
    });
    return this.reloading;
  }

  /** Puts the same content in force again: other rules of it are to be asked. */
  reapply(): Promise<void> {
    return this.apply(this.content);
  }

  private async read(actor: string): Promise<ContentView> {
    const { load, audit, now } = this.deps;
    const next = keepOld(await load(), this.content);
    await this.apply(next);
    this.content = next;
    this.loadedAt = now();
    const { parsers, rules, playbooks, problems } = this.view();
    await audit({
      at: this.loadedAt,
      actor,
      what: 'content_reloaded',
      subject: 'content',
      data: { parsers, rules, playbooks, problems: problems.map(({ code }) => code) },
    });
    return this.view();
  }
}

/** A file that cannot be read any more keeps the version that could: whole, not by halves. */
function keepOld(next: Content, old: Content): Content {
  const bad = new Set(next.problems.flatMap(({ at }) => (at ? [folderOf(at.file)] : [])));
  const ofRule = ({ at }: SigmaDocument) => folderOf(at.file);
  const ofParser = ({ id }: ParserDefinition) => `parsers/${id}`;
  const ofPlaybook = ({ id }: Playbook) => `playbooks/${id}`;
  return {
    parsers: merge({ next: next.parsers, old: old.parsers, bad }, ofParser),
    rules: merge({ next: next.rules, old: old.rules, bad }, ofRule),
    playbooks: merge({ next: next.playbooks, old: old.playbooks, bad }, ofPlaybook),
    packs: next.packs ?? [],
    problems: next.problems.map((problem) => tellKept(problem, old)),
  };
}

/** A whole kind that is gone is a folder that cannot be read, not a decision. */
function merge<T extends { readonly id: string }>(
  of: {
    readonly next: readonly T[];
    readonly old: readonly T[];
    readonly bad: ReadonlySet<string>;
  },
  folder: (one: T) => string,
): readonly T[] {
  const { next, old, bad } = of;
  if (next.length === 0) return old;
  const kept = old.filter((one) => bad.has(folder(one)));
  const from = new Set(kept.map(folder));
  const ids = new Set(kept.map(({ id }) => id));
  return [...next.filter((one) => !from.has(folder(one)) && !ids.has(one.id)), ...kept];
}

/** `content/parsers/sshd/parser.yml` is `parsers/sshd`. */
function folderOf(file: string): string {
  const folder = dirname(file);
  return `${basename(dirname(folder))}/${basename(folder)}`;
}

/** Says so where a file has an earlier version that goes on. */
function tellKept(problem: Problem, old: Content): Problem {
  if (problem.at === undefined) return problem;
  const folder = folderOf(problem.at.file);
  const isKept =
    old.rules.some(({ at }) => folderOf(at.file) === folder) ||
    old.parsers.some(({ id }) => `parsers/${id}` === folder) ||
    old.playbooks.some(({ id }) => `playbooks/${id}` === folder);
  if (!isKept) return problem;
  return { ...problem, hint: [problem.hint, KEPT].filter(Boolean).join(' ') };
}

const KEPT = 'The version before stays in force.';
