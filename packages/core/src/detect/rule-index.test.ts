import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Event } from '../event/event.ts';
import { idOf } from '../shared/id.ts';
import { toEpochMs } from '../shared/time.ts';
import { compileNode } from '../sigma/compile.ts';
import { EventView, FieldTable } from '../sigma/event-view.ts';
import { parseSigma } from '../sigma/parse-sigma.ts';
import { guessCost } from './atom-cost.ts';
import { createDetectionEngine } from './create-engine.ts';
import { EventProfile } from './event-profile.ts';
import { RuleIndex } from './rule-index.ts';
import { witnessOf } from './witness.ts';

/*
 * The index may only leave out rules that cannot match. Detections and events are made of the same
 * few pieces, so that near misses and hits are common.
 */
const PIECES = ['cmd', '.exe', '\\', '/', ' -e', ' /e', 'AB', 'ab', '4688', 'é', 'ſ', '–', 'x', ''];
const text = fc.array(fc.constantFrom(...PIECES), { maxLength: 5 }).map((list) => list.join(''));
const field = fc.constantFrom('f', 'g', 'h.i');
const modifier = fc.constantFrom(
  '',
  '|contains',
  '|startswith',
  '|endswith',
  '|cased',
  '|windash',
  '|windash|contains',
  '|contains|all',
  '|re',
  '|re|i',
  '|neq',
  '|wide|base64offset|contains',
);
const quote = (value: string) => `'${value}'`;
const patternOf = (value: string) => value.replaceAll(/[\\.]/g, '\\$&');
const item = fc
  .tuple(field, modifier, fc.array(text, { minLength: 2, maxLength: 3 }))
  .map(([name, mod, values]) => {
    const list = mod.startsWith('|re') ? values.map(patternOf) : values;
    return `${quote(name + mod)}: [${list.map(quote).join(', ')}]`;
  });
const special = fc.constantFrom(
  "'f': null",
  "'g|exists': true",
  "'g|exists': false",
  "'f|fieldref': g",
  "'f': 4688",
  "'g|gte': 1",
  "'f': '*cmd*e'",
  "'g': '?*'",
  "'f|endswith': '\\cmd.exe'",
);
const search = fc
  .array(fc.oneof({ weight: 4, arbitrary: item }, { weight: 1, arbitrary: special }), {
    minLength: 1,
    maxLength: 2,
  })
  .map((items) => `- {${items.join('}\n    - {')}}`);
const keywords = fc
  .array(text, { minLength: 1, maxLength: 3 })
  .map((list) => `[${list.map(quote).join(', ')}]`);
const condition = fc.constantFrom(
  'a',
  'a and b',
  'a or b',
  'a and not b',
  'not a and b',
  'not (a or b)',
  '1 of them',
);
const rule = fc
  .tuple(search, fc.oneof(search, keywords), condition)
  .map(
    ([a, b, text_]) =>
      `title: t\nlogsource: {product: test}\ndetection:\n  a:\n    ${a}\n  b:\n    ${b}\n  condition: ${text_}\n`,
  );
const value = fc.oneof(
  { weight: 6, arbitrary: text },
  { weight: 1, arbitrary: fc.constantFrom(null, 4688, true, ['ab', 'cmd.exe'], [], { x: 'cmd' }) },
);
const fields = fc.record(
  { f: value, g: value, 'h.i': value, message: value },
  { requiredKeys: [] },
);

const toEvent = (own: Readonly<Record<string, unknown>>, offset = 0): Event => ({
  id: idOf('evt', [offset]),
  time: toEpochMs(offset),
  class_uid: 0,
  activity_id: 0,
  severity_id: 1,
  observables: [],
  provenance: {
    offset,
    sourceId: 's',
    parserId: 'p',
    logsource: { product: 'test', categories: [] },
    fields: own,
  },
});

const readRules = (texts: readonly string[]) =>
  parseSigma(texts.join('---\n'), 'r.yml').values.filter((one) => one.kind === 'rule');

describe('the index', () => {
  it('never leaves out a rule that matches, whatever it has learned', () => {
    let matches = 0;
    fc.assert(
      fc.property(
        fc.array(rule, { minLength: 1, maxLength: 8 }),
        fc.array(fields, { minLength: 1, maxLength: 8 }),
        (texts, events) => {
          const rules = readRules(texts);
          const table = new FieldTable();
          const view = new EventView(table);
          const tests = rules.map(({ detection }) => compileNode(detection, table));
          const seen = new EventProfile();
          for (const own of events)
            seen.observe(view.show(toEvent(own)), [null, 'f', 'g', 'h.i'], table);
          const witnesses = rules.map(({ detection }, place) => ({
            place,
            witness: witnessOf(detection, guessCost),
          }));
          for (const index of [
            new RuleIndex(witnesses, table),
            new RuleIndex(witnesses, table, seen),
          ]) {
            for (const own of events) {
              view.show(toEvent(own));
              const candidates = index.candidates(view);
              const matching = tests.flatMap((test, at) => (test(view) ? [at] : []));
              matches += matching.length;
              expect(candidates).toEqual(expect.arrayContaining(matching));
            }
          }
        },
      ),
      { numRuns: 300 },
    );
    expect(matches).toBeGreaterThan(1_000);
  });

  it('is learned from what is seen and changes no match', () => {
    const [one = ''] = fc.sample(rule, 1);
    const rules = readRules([
      one,
      "title: t\nid: u\nlogsource: {product: test}\ndetection: {s: {f|contains: ['needle', 'abc']}, condition: s}\n",
    ]);
    const engine = createDetectionEngine({ rules });
    const hits = (of: typeof engine, count: number) =>
      Array.from({ length: count }, (_, at) =>
        toEvent({ f: `abcde ${at % 7} needle` }, at),
      ).flatMap((event) => of.evaluate(event).filter((signal) => signal.rule.id === 'u')).length;
    expect(hits(engine, 9_000)).toBe(9_000);
    const profile = JSON.parse(JSON.stringify(engine.profile()));
    expect(hits(createDetectionEngine({ rules, profile }), 20)).toBe(20);
    expect(hits(createDetectionEngine({ rules, profile: [1, 'x'] }), 20)).toBe(20);
  });

  it('goes over to the next engine with the snapshot, and holds no text of an event', () => {
    const rules = readRules([
      'title: t\nid: u\nlogsource: {product: test}\ndetection: {s: {f|contains: needle}, condition: s}\n',
    ]);
    const engine = createDetectionEngine({ rules });
    for (let at = 0; at < 4_000; at += 1) engine.evaluate(toEvent({ f: `a secret ${at % 9}` }, at));
    const snapshot = JSON.parse(JSON.stringify(engine.snapshot()));
    expect(snapshot.profile).not.toEqual({});
    expect(JSON.stringify(snapshot)).not.toContain('secret');
    const next = createDetectionEngine({ rules });
    next.restore(snapshot);
    expect(next.profile()).toEqual(engine.profile());
  });

  it('tells what each rule has cost', () => {
    let now = 0;
    const rules = readRules([
      'title: t\nid: u\nlogsource: {product: test}\ndetection: {s: {f|contains: needle}, condition: s}\n',
    ]);
    const engine = createDetectionEngine({ rules, clock: () => (now += 0.5) });
    for (let at = 0; at < 128; at += 1) engine.evaluate(toEvent({ f: 'a needle' }, at));
    engine.evaluate(toEvent({ f: 'no such thing' }, 200));
    expect(engine.costs()).toEqual([{ ruleId: 'u', asked: 128, matched: 128, microseconds: 500 }]);
  });
});
