import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readAdvisories, readAdvisoryList } from './advisory.ts';
import type { Indicator } from './indicator.ts';

const csaf = {
  document: {
    csaf_version: '2.0',
    title: 'A flaw in the gateway',
    publisher: { name: 'Example Vendor' },
    tracking: { id: 'EV-1', status: 'final', current_release_date: '2026-03-04T15:00:00Z' },
  },
  vulnerabilities: [
    {
      cve: 'CVE-2026-12345',
      product_status: { known_affected: ['P1'] },
      remediations: [{ category: 'vendor_fix', details: 'Update to 4.2.' }],
    },
    { cve: 'CVE-2026-2', product_status: { known_not_affected: ['P1'] } },
  ],
};
const osv = {
  id: 'GHSA-aaaa-bbbb-cccc',
  aliases: ['CVE-2026-12345'],
  modified: '2026-03-04T15:00:00Z',
  affected: [
    {
      package: { ecosystem: 'npm', name: 'example' },
      ranges: [{ events: [{ introduced: '0' }, { fixed: '4.17.21' }] }],
    },
  ],
};

function read(text: string) {
  const kept: Indicator[] = [];
  const refused: string[] = [];
  const result = readAdvisories(
    text,
    { where: 'here', confidence: 60, label: '' },
    { keep: (indicator) => void kept.push(indicator), refuse: (why) => void refused.push(why) },
  );
  return { result, kept, refused };
}

describe('an advisory', () => {
  it('of CSAF is advice on each CVE that affects something, with the fix', () => {
    const { result, kept, refused } = read(JSON.stringify(csaf));
    expect(result).toEqual({ ok: true, value: 1 });
    expect(kept).toEqual([
      {
        type: 'cve',
        value: 'CVE-2026-12345',
        label: 'Advised: Example Vendor: A flaw in the gateway (EV-1); Update to 4.2.',
        confidence: 60,
        role: 'context',
        reference: 'EV-1',
        validFrom: Date.UTC(2026, 2, 4, 15),
      },
    ]);
    expect(refused).toEqual(['not_affected']);
  });

  it('of OSV is advice on each CVE among its names, with the version that fixes it', () => {
    const { kept } = read(JSON.stringify(osv));
    expect(kept.map(({ value, label }) => [value, label])).toEqual([
      ['CVE-2026-12345', 'Advised: npm example, fixed in 4.17.21 (GHSA-aaaa-bbbb-cccc)'],
    ]);
  });

  it.each([
    { name: 'a list', text: JSON.stringify([csaf, osv]) },
    { name: 'one a line', text: `${JSON.stringify(csaf)}\n${JSON.stringify(osv)}\n` },
  ])('may come with others: $name', ({ text }) => {
    const { result, kept } = read(text);
    expect([result, kept.length]).toEqual([{ ok: true, value: 2 }, 2]);
  });

  it.each([
    { name: 'a draft', text: { document: { csaf_version: '2.0', tracking: { status: 'draft' } } } },
    { name: 'one that was withdrawn', text: { ...osv, withdrawn: '2026-03-05T00:00:00Z' } },
  ])('is no advice when it is $name', ({ text }) => {
    const { kept, refused } = read(JSON.stringify(text));
    expect([kept, refused.length]).toEqual([[], 1]);
  });

  it('beside something else makes the whole document refused', () => {
    const { result, kept } = read(JSON.stringify([csaf, { some: 'thing' }]));
    expect(result).toMatchObject({ ok: false, problem: { code: 'feed_broken' } });
    expect(kept).toEqual([]);
  });

  it('of any JSON and of any text ends in a result', () => {
    fc.assert(fc.property(fc.json(), (text) => void read(text)));
    fc.assert(fc.property(fc.string(), (text) => void read(text)));
  });
});

it('a list of advisories gives only paths below its folder', () => {
  const text =
    '"2026/ev-1.json","2026-03-04T15:00:00Z"\n"../../secret.json","x"\n"/etc/x.json","x"\n';
  expect(readAdvisoryList(text)).toEqual([
    { name: '2026/ev-1.json', stamp: '2026-03-04T15:00:00Z' },
  ]);
});
