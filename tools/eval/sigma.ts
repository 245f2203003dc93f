import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import {
  createDetectionEngine,
  createNormaliser,
  type DetectionEngine,
  idOf,
  linkRules,
  type Normaliser,
  parseSigma,
  readEvtx,
  type SigmaDocument,
  toEpochMs,
} from '@cordon/core';
import { parse } from 'yaml';
import { readObjects } from '../evtx-compare.ts';
import { loadProduct } from './engines.ts';
import type { Evaluation } from './kind.ts';
import { share } from './parse.ts';

/** One case: the same events as a Windows event log and as JSON. */
interface Case {
  readonly id: string;
  readonly json: readonly string[];
  readonly evtx: readonly string[];
}

interface Claim {
  readonly id: string;
  readonly firedFromJson: readonly string[];
  readonly firedFromEvtx: readonly string[];
  readonly events: number;
}

/**
 * Does the rule that each case was recorded for fire, from the log and from the JSON beside it, and
 * how many other rules do? Labels (info.yml) are read after everything was decided.
 */
export const sigmaEvaluation: Evaluation = {
  async run({ dir, rules: rulesDir, say, predict }) {
    if (rulesDir === undefined) throw new Error('`sigma` needs --rules DIR, a folder of rules.');
    const { rules, refused } = readRules(rulesDir);
    say(`${rules.length} rules, ${refused.length} refused`);
    const content = await loadProduct(say);
    const normaliser = createNormaliser({ parsers: content.parsers });
    const engine = createDetectionEngine({ rules });
    const claims = casesBelow(dir).map((one): Claim => {
      const firedFromJson = fire(one.json, normaliser, engine);
      const firedFromEvtx = fire(one.evtx, normaliser, engine);
      return { id: one.id, firedFromJson, firedFromEvtx, events: one.json.length };
    });
    predict(claims);
    return { ...score(claims, dir), rules: rules.length, rejectedRules: refused };
  },
};

function readRules(dir: string) {
  const read: SigmaDocument[] = [];
  const refused: { file: string; why: string }[] = [];
  for (const file of filesBelow(dir, /\.ya?ml$/)) {
    const { values, problems } = parseSigma(readFileSync(join(dir, file), 'utf8'), file, {
      isOpen: true,
    });
    read.push(...values);
    for (const problem of problems) refused.push({ file, why: problem.detail });
  }
  const linked = linkRules(read);
  for (const { at, detail } of linked.problems) refused.push({ file: at?.file ?? '', why: detail });
  return { rules: linked.values, refused };
}

const filesBelow = (dir: string, name: RegExp): readonly string[] =>
  readdirSync(dir, { recursive: true, encoding: 'utf8' })
    .filter((file) => name.test(file))
    .sort();

function casesBelow(dir: string): readonly Case[] {
  return filesBelow(dir, /\.evtx$/).map((file) => {
    const path = join(dir, file);
    const json = path.replace(/\.evtx$/, '.json');
    const items = [...readEvtx(readFileSync(path))];
    return {
      id: file,
      json: existsSync(json)
        ? readObjects(readFileSync(json, 'utf8')).map((object) => JSON.stringify(object))
        : [],
      evtx: items.flatMap((item) => (item.kind === 'record' ? [JSON.stringify(item.event)] : [])),
    };
  });
}

function fire(
  texts: readonly string[],
  normaliser: Normaliser,
  engine: DetectionEngine,
): readonly string[] {
  const fired = texts.flatMap((text, offset) => {
    const receivedAt = toEpochMs(0);
    const read = normaliser.normalise({ offset, sourceId: 'case', receivedAt, text });
    return read.kind === 'parsed'
      ? engine.evaluate({ ...read.event, id: idOf('evt', [offset]) })
      : [];
  });
  return [...new Set(fired.map(({ rule }) => rule.id))].sort();
}

/** The rules that each case says must fire. */
function expectedOf(dir: string, id: string): readonly string[] {
  const info = join(dir, dirname(id), 'info.yml');
  if (!existsSync(info)) return [basename(id, '.evtx')];
  const { rule_metadata: rules } = parse(readFileSync(info, 'utf8')) as {
    readonly rule_metadata: readonly { readonly id: string }[];
  };
  return rules.map((rule) => rule.id);
}

function score(claims: readonly Claim[], dir: string): Record<string, unknown> {
  const truth = new Map(claims.map(({ id }) => [id, expectedOf(dir, id)]));
  const isHit = (id: string, fired: readonly string[]) =>
    (truth.get(id) ?? []).every((rule) => fired.includes(rule));
  const hits = claims.filter(({ id, firedFromJson }) => isHit(id, firedFromJson));
  const fromLog = claims.filter(({ id, firedFromEvtx }) => isHit(id, firedFromEvtx));
  const extra = claims.reduce(
    (sum, { id, firedFromJson }) =>
      sum + firedFromJson.filter((rule) => !truth.get(id)?.includes(rule)).length,
    0,
  );
  return {
    layout: 'rule regression',
    cases: claims.length,
    recall: share(hits.length, claims.length),
    recallFromEvtx: share(fromLog.length, claims.length),
    formsAgree: claims.filter((one) => one.firedFromJson.join() === one.firedFromEvtx.join())
      .length,
    extra,
    missed: claims
      .filter((one) => !hits.includes(one) || !fromLog.includes(one))
      .map(({ id }) => id),
  };
}
