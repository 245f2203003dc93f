// `npm run eval -- triage|correlate` on small folders written here: events of rules and tests of rules over alerts.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { correlateEvaluation } from './eval/correlate.ts';
import type { Evaluation } from './eval/kind.ts';
import { EventRenamer } from './eval/rename-events.ts';
import type { Bucket } from './eval/replay-alerts.ts';
import { triageEvaluation } from './eval/triage.ts';
import { baselinesOf } from './eval/triage-baselines.ts';

const ROOT = mkdtempSync(join(tmpdir(), 'cordon-eval-'));
afterAll(() => rmSync(ROOT, { recursive: true }));

async function run(evaluation: Evaluation, files: Readonly<Record<string, string>>) {
  const dir = mkdtempSync(join(ROOT, 'set-'));
  for (const [name, text] of Object.entries(files)) writeFileSync(join(dir, name), text);
  const claims: object[] = [];
  const predict = (all: readonly object[]) => void claims.push(...all);
  const figures = await evaluation.run({ dir, gaps: 0, seed: 1, say: () => undefined, predict });
  return { figures, claims };
}

const call = (eventName: string, n: number) => ({
  ...{ eventVersion: '1.08', eventSource: 'cloudtrail.amazonaws.com', eventName },
  ...{ eventTime: '2024-06-01T10:00:00Z', awsRegion: 'us-east-1', sourceIPAddress: '203.0.113.9' },
  ...{ eventID: `e${n}`, eventType: 'AwsApiCall', recipientAccountId: '123456789012' },
  userIdentity: { type: 'IAMUser', userName: 'jane', accountId: '123456789012' },
});
const row = (rule: string, n: number, isExpected: boolean) =>
  JSON.stringify({
    ...{ rule_id: rule, kind: 'rule', severity: 'High', log_types: ['AWS.CloudTrail'] },
    ...{ expect_alert: isExpected },
    event: call(isExpected ? 'StopLogging' : 'DescribeTrails', n),
  });

describe('eval triage on events of rules', () => {
  it('decides every event, and says how much of what is expected is alerted, and how grave', async () => {
    const rules = Array.from({ length: 12 }, (_, n) => `rule ${n}`);
    const rows = rules.flatMap((rule, n) => [row(rule, 2 * n, true), row(rule, 2 * n + 1, false)]);
    const { figures, claims } = await run(triageEvaluation, { 'a.jsonl': rows.join('\n') });
    expect(claims).toHaveLength(24);
    expect(JSON.stringify(claims)).not.toContain('jane');
    expect(figures).toMatchObject({ events: 24, expected: 12, alerted: 12, falselyAlerted: 0 });
    expect(figures).toMatchObject({ genuineLost: 0, falsePositivesSuppressed: 1 });
    expect(figures['severityWithinOne']).toBe(1);
  });
});

const combination = (on: readonly string[], isExpected: boolean) => ({
  Name: on.join(' then '),
  ExpectedResult: isExpected,
  RuleOutputs: on.map((user, n) => ({
    ID: `step ${n}`,
    Matches: { user_name: { [user]: [n * 5] } },
  })),
});

describe('eval correlate on tests of rules over alerts', () => {
  it('asks whether one trouble is one incident and two are not', async () => {
    const rule = {
      RuleID: 'Both',
      Detection: [{ Group: [0, 1].map((n) => ({ ID: `step ${n}`, RuleID: `Rule.${n}` })) }],
      Tests: [combination(['ann', 'ann'], true), combination(['ann', 'bob'], false)],
    };
    const absent = {
      RuleID: 'Absent',
      Detection: [{ Group: [{ ID: 'step 0', RuleID: 'Rule.0', Absence: true }] }],
      Tests: [combination(['ann'], true)],
    };
    const { figures, claims } = await run(correlateEvaluation, {
      'correlation_rules.json': JSON.stringify([rule, absent]),
    });
    expect(claims).toHaveLength(3);
    expect(figures).toMatchObject({ tests: 3, leftOut: 1, incidentsPerQuietDay: 0 });
    expect(figures).toMatchObject({ phasesTold: 1, testsRight: 1, vMeasure: 1 });
    expect(figures['baselines']).toMatchObject({ byEntity: 1, oneForAll: 0 });
  });
});

describe('simpler ways', () => {
  const bucket = (organisation: string, n: number, isGenuine: boolean): Bucket => ({
    ...{
      seed: 1,
      organisation,
      rule: isGenuine ? 'bad' : 'noise',
      host: isGenuine ? 'a' : `h${n}`,
    },
    ...{ at: n, p: 0, severityId: isGenuine ? 4 : 2, incident: undefined, isClosed: false },
    ...{ alpha: undefined, genuine: Number(isGenuine), harmless: Number(!isGenuine), attacks: [] },
  });

  it('reach what they can: the rule and its severity all, saying yes to everything two thirds', () => {
    const buckets = ['x', 'y'].flatMap((organisation) =>
      Array.from({ length: 20 }, (_, n) => bucket(organisation, n, n < 10)),
    );
    expect(baselinesOf(buckets)).toMatchObject({ rulePrior: 1, ruleSeverity: 1, elasticSum: 1 });
    expect(baselinesOf(buckets)['everythingGenuine']).toBeCloseTo(2 / 3, 12);
  });
});

describe('other names in events', () => {
  it('are given by chance from a seed, the same one always; what has a meaning stays', () => {
    const text =
      '{"userName":"jane.doe","ip":"203.0.113.9","to":"jane.doe@example.com","also":"10.1.2.3","lo":"127.0.0.1","login":"root"}';
    const renamer = new EventRenamer(1);
    const renamed = renamer.rename(text);
    expect(renamed).not.toMatch(/jane|203\.0\.113\.9|10\.1\.2\.3/);
    expect(renamed).toMatch(
      /"to":"(\w+)@example\.com","also":"10\.[\d.]+","lo":"127\.0\.0\.1","login":"root"/,
    );
    expect(renamer.rename(text)).toBe(renamed);
    expect(new EventRenamer(2).rename(text)).not.toBe(renamed);
    expect(JSON.parse(renamed).userName).toBe(JSON.parse(renamed).to.split('@')[0]);
  });
});
