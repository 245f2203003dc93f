import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { type PlaybookCase, planFor, runPlaybookCase, toCaseIncident } from '@cordon/core';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { loadPlaybooks } from '../packages/server/src/content/playbooks.ts';

const folder = fileURLToPath(new URL('../content/playbooks', import.meta.url));
const loaded = await loadPlaybooks(folder);

describe('the playbooks of content/', () => {
  it('are all free of problems, and at least twenty', () => {
    expect(loaded.problems).toEqual([]);
    expect(loaded.values.length).toBeGreaterThanOrEqual(20);
  });

  for (const playbook of loaded.values) {
    const text = readFileSync(`${folder}/${playbook.id}/cases.yml`, 'utf8');
    const cases = parse(text) as readonly PlaybookCase[];
    it(`${playbook.id} has a case in which it acts and one in which it does not`, () => {
      expect(cases.some((one) => one.expect.length > 0)).toBe(true);
      expect(cases.some((one) => one.expect.length === 0 || one.ends !== undefined)).toBe(true);
    });
    it.each(cases)(`${playbook.id}: $name`, (given) => {
      expect(runPlaybookCase(playbook, given, loaded.values).problems).toEqual([]);
    });
    it.each(['failed', 'refused', 'observed', 'skipped', 'waiting'] as const)(
      `${playbook.id} ends when every step is %s`,
      (outcome) => {
        for (const { incident, inputs } of cases)
          for (const { status } of planFor(playbook, toCaseIncident(incident), {
            all: loaded.values,
            ...(inputs ? { inputs } : {}),
            end: () => outcome,
          }))
            expect(status).not.toBe('endless');
      },
    );
  }
});
