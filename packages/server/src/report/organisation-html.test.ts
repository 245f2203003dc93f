import { DEFAULT_ASSUMPTIONS, periodAt, reportOf } from '@cordon/core';
import { expect, it } from 'vitest';
import { presentReport } from '../api/present/report.ts';
import { incident } from '../store/fixtures/facts.ts';
import {
  lastingText,
  renderOrganisationReport,
  shareText,
  spreadText,
} from './organisation-html.ts';

const period = periodAt('week', Date.UTC(2026, 10, 24));

it('what an attacker wrote is text on the page and nothing else', () => {
  const hostile = incident(1, { title: '<script>alert(1)</script>', firstAt: period.from });
  const report = reportOf({
    period,
    opened: [{ incident: hostile, openedAt: period.from }],
    alerts: [],
    verdicts: new Map(),
    actions: [],
    acts: [],
    coverage: { sources: [], techniques: [], silent: [] },
    assumptions: DEFAULT_ASSUMPTIONS,
  });
  const page = renderOrganisationReport(presentReport(report, { at: period.to, isCut: false }));
  expect(page).not.toContain('<script');
  expect(page).toContain('&lt;script&gt;alert(1)');
  expect(page).toContain('default-src &#39;none&#39;');
  expect(page).toContain('2026-11-23 until 2026-11-30 (UTC)');
});

it.each([
  [spreadText({ n: 0 }), 'none'],
  [spreadText({ n: 3 }), 'too few (3)'],
  [spreadText({ n: 12, median_s: 4.26, p90_s: 9_000 }), '4.3 s, 90 % within 2.5 h (12)'],
  [shareText({ k: 0, n: 0 }), 'none'],
  [shareText({ k: 1, n: 4 }), '1 of 4 (too few)'],
  [
    shareText({ k: 3, n: 40, share: 0.075, low: 0.026, high: 0.2 }),
    '3 of 40 (8 %, between 3 % and 20 %)',
  ],
  [lastingText(125), '2 min'],
])('%s', (text, expected) => {
  expect(text).toBe(expected);
});
