import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import {
  err,
  type HuntNode,
  ok,
  type Problem,
  parseHunt,
  parseSigma,
  type Result,
  type SigmaDocument,
  type SigmaOptions,
} from '@cordon/core';
import { parseDocument } from 'yaml';
import type { EventStore, StateStore } from '../store/ports.ts';
import { checkFiles } from './check-files.ts';
import { casesOfEvents, type EventCases } from './event-cases.ts';
import { takeFiles, WRITTEN_PACK } from './import-rules.ts';
import { loadPacks, packsDir, readPack } from './pack.ts';
import type { SourceFile } from './rule-source.ts';

export interface RuleWriterDeps extends Pick<SigmaOptions, 'placeholders'> {
  readonly dataDir: string;
  /** Rules that come along with Cordon: their ids are taken. */
  readonly content: () => Promise<readonly SigmaDocument[]>;
  readonly events: Pick<EventStore, 'hunt'>;
  readonly audit: StateStore['audit'];
  /** Reads the content anew, so that the rule is in force when it was told. */
  readonly reload: (actor: string) => Promise<unknown>;
  readonly now: () => number;
}

/** A rule to be kept. */
export interface NewRule {
  /** Sigma: one rule over single events. */
  readonly text: string;
  /** The hunt it was made of; what it finds becomes the cases. */
  readonly hunt: HuntNode;
  /** Only recorded when it fires. */
  readonly isShadow: boolean;
  readonly reason: string;
}

/** A rule that is in force. */
export interface WrittenRule extends Pick<EventCases, 'mustFire' | 'mustNotFire'> {
  readonly id: string;
}

const LOOKED_AT = 200;
const FROM = 'the console';

/** Keeps rules that people write on this server, each with cases of stored events, as an import of its own. */
export class RuleWriter {
  readonly #deps: RuleWriterDeps;
  #turn: Promise<unknown> = Promise.resolve();

  constructor(deps: RuleWriterDeps) {
    this.#deps = deps;
  }

  /** One after the other, since each writes all of them anew. */
  write(wanted: NewRule, actor: string): Promise<Result<WrittenRule>> {
    const mine = this.#turn.then(() => this.#write(wanted, actor));
    this.#turn = mine.catch(() => undefined);
    return mine;
  }

  async #write(wanted: NewRule, actor: string): Promise<Result<WrittenRule>> {
    const { dataDir, placeholders, reload, audit, now } = this.#deps;
    const text = wanted.isShadow ? inShadow(wanted.text) : wanted.text;
    const read = readRule(text, placeholders);
    if (!read.ok) return read;
    const rule = read.value;
    const content = await this.#deps.content();
    const kept = await readWritten(dataDir);
    const file: SourceFile = { path: `${folderOf(rule)}/rule.yml`, text };
    const refused = await this.#refusal(file, content);
    if (refused) return err(refused);
    const cases = await this.#cases(rule, wanted.hunt);
    const own = { path: `${folderOf(rule)}/cases.yml`, text: cases.text };
    await takeFiles([...kept, file, own], {
      from: FROM,
      name: WRITTEN_PACK,
      dataDir,
      content,
      now,
      ...(placeholders ? { placeholders } : {}),
    });
    const { id } = rule;
    await audit({
      at: now() as Parameters<StateStore['audit']>[0]['at'],
      actor,
      what: 'rule_written',
      subject: id,
      data: { title: rule.title, shadow: wanted.isShadow, reason: wanted.reason },
    });
    await reload(actor);
    return ok({ id, mustFire: cases.mustFire, mustNotFire: cases.mustNotFire });
  }

  /** Why the rule cannot stand beside those that are there; undefined: it can. */
  async #refusal(
    file: SourceFile,
    content: readonly SigmaDocument[],
  ): Promise<Problem | undefined> {
    const { dataDir, placeholders } = this.#deps;
    const packs = await loadPacks(dataDir, placeholders ? { placeholders } : {});
    const { refused } = checkFiles([file], {
      others: [...content, ...packs.values],
      ...(placeholders ? { placeholders } : {}),
      onProgress: () => undefined,
    });
    return refused[0];
  }

  async #cases(rule: SigmaDocument, hunt: HuntNode): Promise<EventCases> {
    const { events, now } = this.#deps;
    const page = { order: 'newest', limit: LOOKED_AT } as const;
    const found = await events.hunt({ hunt, ...page });
    const around = parseHunt(logsourceHunt(rule), {
      now: now() as Parameters<typeof parseHunt>[1]['now'],
    });
    const others = around.ok ? await events.hunt({ hunt: around.value, ...page }) : [];
    return casesOfEvents(rule, { found, others });
  }
}

function readRule(
  text: string,
  placeholders: SigmaOptions['placeholders'] | undefined,
): Result<SigmaDocument> {
  const { values, problems } = parseSigma(text, 'rule.yml', {
    isOpen: true,
    ...(placeholders ? { placeholders } : {}),
  });
  const [rule, ...more] = values;
  if (problems[0]) return err(problems[0]);
  if (rule && rule.kind === 'rule' && more.length === 0) return ok(rule);
  return err({
    code: 'rule_bad_detection',
    detail: 'The text must be one rule over single events.',
    hint: 'Take correlations in with `cordon rules import`.',
    retryable: false,
  });
}

function inShadow(text: string): string {
  const document = parseDocument(text);
  document.set('status', 'shadow');
  return document.toString({ lineWidth: 0 });
}

/** Events of the kind that the rule looks at. */
const logsourceHunt = (rule: SigmaDocument): string =>
  rule.kind === 'rule'
    ? Object.entries(rule.logsource)
        .filter(([name]) => name === 'product' || name === 'service' || name === 'category')
        .map(([name, value]) => `${name} = ${JSON.stringify(value)}`)
        .join(' and ')
    : '';

const folderOf = ({ title, id }: SigmaDocument): string => {
  const name = title
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^-|-$/g, '');
  return `${name.slice(0, 60) || 'rule'}-${id.replace(/[^A-Za-z0-9]/g, '').slice(0, 8)}`;
};

/** The files that were written before, with their cases. */
async function readWritten(dataDir: string): Promise<readonly SourceFile[]> {
  const pack = await readPack(dataDir, WRITTEN_PACK);
  if (!pack) return [];
  const read = await Promise.all(
    pack.files.map(async ({ folder, path }): Promise<readonly SourceFile[]> => {
      const dir = join(packsDir(dataDir), WRITTEN_PACK, pack.version, folder);
      const text = await readFile(join(dir, 'rule.yml'), 'utf8');
      const cases = await readFile(join(dir, 'cases.yml'), 'utf8').catch(() => undefined);
      const rule = { path, text };
      const beside = path.replace(/rule\.yml$/, 'cases.yml');
      return cases === undefined ? [rule] : [rule, { path: beside, text: cases }];
    }),
  );
  return read.flat();
}
