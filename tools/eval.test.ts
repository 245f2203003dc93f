// `npm run eval` on small folders written here, one for each layout it knows.
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { agrees } from './eval/agree.ts';
import { blockEvaluation } from './eval/block.ts';
import { detectEvaluation } from './eval/detect.ts';
import { readCsv } from './eval/folders/csv.ts';
import { parseEvaluation } from './eval/parse.ts';
import { Renamer } from './eval/rename.ts';

const ROOT = mkdtempSync(join(tmpdir(), 'cordon-eval-'));
afterAll(() => rmSync(ROOT, { recursive: true }));

function folder(files: Readonly<Record<string, string>>): string {
  const dir = mkdtempSync(join(ROOT, 'set-'));
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(dirname(join(dir, name)), { recursive: true });
    writeFileSync(join(dir, name), text);
  }
  return dir;
}

const jsonLines = (...rows: readonly object[]): string =>
  rows.map((row) => JSON.stringify(row)).join('\n');

function run(evaluation: typeof parseEvaluation, dir: string, gaps = 0) {
  const claims: object[] = [];
  const predict = (all: readonly object[]) => void claims.push(...all);
  return evaluation
    .run({ dir, gaps, seed: undefined, say: () => undefined, predict })
    .then((figures) => ({ figures, claims }));
}

const failed = (at: number, ip: string) =>
  `Mar  4 08:15:${10 + at} bastion sshd[7]: Failed password for root from ${ip} port 4002${at} ssh2`;
const burst = (ip: string, count: number) =>
  Array.from({ length: count }, (_, at) => failed(at, ip)).join('\n');

describe('eval parse', () => {
  it('scores lines with a host and a time', async () => {
    const row = { labelled: true, n: 1 };
    const dir = folder({
      'a.jsonl': jsonLines(
        {
          ...row,
          line: failed(0, '203.0.113.9'),
          match: true,
          host: '203.0.113.9',
          time: '2005-03-04T08:15:10',
        },
        { ...row, line: 'nothing that anybody knows', match: false },
      ),
    });
    const { figures, claims } = await run(parseEvaluation, dir, 5);
    expect(figures).toMatchObject({ records: 2, unparsed: 1, base: 0, fieldAgreement: 1 });
    expect(figures['gaps']).toMatchObject([{ shape: 'nothing that anybody knows', count: 1 }]);
    expect(claims[0]).toMatchObject({ id: 'a.jsonl:1', outcome: 'parsed' });
  });

  it('counts what a parser takes without understanding it', async () => {
    const line = 'Mar  4 08:15:10 bastion sshd[7]: words that sshd never says';
    const dir = folder({
      'x.jsonl': jsonLines({
        line,
        decoder: 'sshd',
        rule: 1,
        level: 0,
        kind: 'pass',
        section: 's',
      }),
    });
    const { figures } = await run(parseEvaluation, dir);
    expect(figures).toMatchObject({ records: 1, base: 1, baseShare: 1, fieldAgreement: 0 });
  });

  it('scores a test folder by the fields asserted of each line', async () => {
    const Meta = { source_ip: '203.0.113.9', user: 'root', service: 'ssh' };
    const expected = {
      parsed: { 's01-parse': { any: [{ success: true, Parsed: {}, Meta }, { success: false }] } },
    };
    const dir = folder({
      'one/config.yaml': '',
      'one/expected.json': JSON.stringify(expected),
      'one/one.log': `${failed(0, '203.0.113.9')}\nMar  4 08:15:11 bastion other[1]: hm`,
    });
    const { figures } = await run(parseEvaluation, dir);
    expect(figures).toMatchObject({ records: 2, unparsed: 1, labelled: 3, fieldAgreement: 1 });
    expect(figures['byProduct']).toMatchObject({ ssh: { records: 1, fieldAgreement: 1 } });
  });

  it('says which layouts it knows when it knows none', async () => {
    await expect(run(parseEvaluation, folder({ 'a.txt': 'x' }))).rejects.toThrow('hub tests');
  });
});

describe('eval block', () => {
  it('scores addresses blocked against those that attacked', async () => {
    const dir = folder({
      'auth.log': `${burst('203.0.113.9', 9)}\n${burst('198.51.100.4', 1)}`,
      'labels.json': JSON.stringify({ '203.0.113.9': { label: 'attacker' } }),
    });
    const { figures } = await run(blockEvaluation, dir);
    expect(figures).toMatchObject({
      precision: 1,
      recall: 1,
      attackLines: 9,
      legitimateBlocked: 0,
    });
    expect(figures['attackLinesPrevented']).toBeGreaterThan(0);
  });

  it('compares addresses however they are written', async () => {
    const long = '2001:0db8:0000:0000:0000:0000:0000:0009';
    const dir = folder({
      'auth.log': burst('2001:db8::9', 9),
      'labels.json': JSON.stringify({ [long]: { label: 'attacker' } }),
    });
    const { figures } = await run(blockEvaluation, dir);
    expect(figures).toMatchObject({ legitimateBlocked: 1 });
  });
});

describe('eval detect', () => {
  const call = (eventName: string) =>
    JSON.stringify({
      eventName,
      eventSource: 'cloudtrail.amazonaws.com',
      eventTime: '2026-03-04T08:15:22Z',
      eventVersion: '1.08',
      awsRegion: 'eu-west-1',
      userIdentity: { type: 'IAMUser', arn: 'arn:aws:iam::1:user/ada', userName: 'ada' },
      sourceIPAddress: '203.0.113.9',
    });

  it('scores single files by their tactic', async () => {
    const dir = folder({
      'a.json': `[${call('StopLogging')}]`,
      'b.json': `[${call('DescribeTrails')}]`,
      'manifest.json': JSON.stringify([
        { file: 'a.json', tactic: 'TA0005-Defense Evasion' },
        { file: 'b.json', tactic: 'Impact' },
      ]),
    });
    const { figures } = await run(detectEvaluation, dir);
    expect(figures).toMatchObject({ sets: 2, setsFound: 1, otherAlerts: 0 });
    expect(figures['missed']).toMatchObject([{ id: 'b.json', tactics: ['Impact'] }]);
  });

  it('scores files named by their technique', async () => {
    const dir = folder({ 'T1562.008_a.json': call('StopLogging') });
    const { figures } = await run(detectEvaluation, dir);
    expect(figures).toMatchObject({ sets: 1, setsFound: 1 });
  });
});

describe('an agreement', () => {
  const claim = (time: string) => ({
    id: '',
    outcome: 'parsed' as const,
    by: '',
    fields: { time: [time] },
  });
  const at = (iso: string) => claim(String(Date.parse(iso)));
  it.each([
    [
      'the year is not in the record',
      '2026-03-04T08:15:10Z',
      '2005-03-04T08:15:10',
      'Mar  4 08:15:10',
      true,
    ],
    [
      'the day is another one',
      '2026-03-05T08:15:10Z',
      '2005-03-04T08:15:10',
      'Mar  4 08:15:10',
      false,
    ],
    [
      'the record has a zone, the label none',
      '2026-03-04T07:15:10Z',
      '2026-03-04T08:15:10',
      '2026-03-04T08:15:10+01:00',
      true,
    ],
    [
      'neither has a zone',
      '2026-03-04T07:15:10Z',
      '2026-03-04T08:15:10',
      '2026-03-04 08:15:10',
      false,
    ],
  ])('where %s', (...[, claimed, value, text, isSame]) => {
    expect(agrees(at(claimed), { field: 'time', values: [value] }, text)).toBe(isSame);
  });
});

describe('names changed by chance', () => {
  const text =
    '{"Hostname":"alpha7.example.net","TargetUserName":"babbage","IpAddress":"10.1.2.3"}';
  const rename = (seed: number) => {
    const renamer = new Renamer(seed);
    renamer.learn(text);
    return renamer.toRename();
  };

  it('are the same for the same seed, everywhere, and others for another', () => {
    expect(rename(1)(text)).toBe(rename(1)(text));
    expect(rename(1)(text)).not.toBe(rename(2)(text));
    expect(rename(1)(text)).not.toMatch(/alpha7|babbage|10\.1\.2\.3/);
    expect(rename(1)('ALPHA7')).toBe(rename(1)('alpha7'));
  });
});

describe('CSV', () => {
  it('keeps quotes, commas and empty columns', () => {
    expect(readCsv('a,b,c\r\n1,"x, ""y""",\n')).toEqual([{ a: '1', b: 'x, "y"', c: '' }]);
  });
});
