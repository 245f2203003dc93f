import type { SigmaDocument } from '@cordon/core';
import { describe, expect, it } from 'vitest';
import { loadRules } from '../packages/server/src/content/rules.ts';
import { runCases } from '../packages/server/src/rules/cases.ts';

/* Every rule of content/rules against the cases.yml beside it, as `cordon rules test` runs them. */

const DIR = new URL('../content/rules', import.meta.url).pathname;
const { values: rules, problems } = await loadRules(DIR);
const folderOf = (rule: SigmaDocument): string => rule.at.file.split('/').at(-2) ?? '';
/** What is no attack, and what another system judged, has no technique. */
const NO_TECHNIQUE = new Set(['availability', 'policy']);
const folders = [...new Set(rules.map(folderOf))];

describe('the rules of content/rules', () => {
  it('load without a problem', () => {
    expect(problems).toEqual([]);
  });

  it('are at least forty, each with author, level, techniques and known false positives', () => {
    const telling = rules.filter(
      (rule) => !rule.id.endsWith('-base') && rule.level !== 'informational',
    );
    expect(telling.length).toBeGreaterThanOrEqual(40);
    const bare = telling.filter(
      (rule) =>
        rule.author !== 'Cordon' ||
        (rule.techniques.length === 0 && !NO_TECHNIQUE.has(rule.behaviour)) ||
        rule.falsepositives.length === 0,
    );
    expect(bare.map((rule) => rule.id)).toEqual([]);
  });
});

describe.each(folders)('%s', async (folder) => {
  const rule = rules.find(({ id }) => id === folder);
  const outcomes = rule && (await runCases(rule, rules));
  const cases = outcomes === undefined || 'code' in outcomes ? [] : outcomes;

  it('has a rule of that id, and cases of both kinds', () => {
    expect(new Set(cases.map(({ mustFire }) => mustFire))).toEqual(new Set([true, false]));
  });
  it.each(cases.filter(({ mustFire }) => mustFire))('fires: $title', ({ fired }) => {
    expect(fired).toBe(true);
  });
  it.each(cases.filter(({ mustFire }) => !mustFire))('stays silent: $title', ({ fired }) => {
    expect(fired).toBe(false);
  });
});
