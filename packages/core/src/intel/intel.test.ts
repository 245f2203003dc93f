import { describe, expect, it } from 'vitest';
import { toEpochMs } from '../shared/time.ts';
import { guessType, toAddressWithPort, toCanonical } from './canonical.ts';
import { decayed, isValidAt } from './decay.ts';
import { readFeedTime, readJsonRows, readTable, splitRow, type TableShape } from './delimited.ts';
import type { Indicator } from './indicator.ts';
import { IndicatorSet } from './merge.ts';
import { readMispEvents, readMispManifest } from './misp-event.ts';
import { readReport } from './report-text.ts';
import { readStix, readStixObjects } from './stix-bundle.ts';
import { readStixPattern } from './stix-pattern.ts';
import { toUrlForm } from './url-form.ts';
import { readEpss, readKev } from './vulnerability.ts';

const SHA1 = 'a94a8fe5ccb19ba61c4c0873d391e987982fbbd3';
const context = { where: 'https://feeds.example/x', confidence: 80, label: 'x' };

describe('canonical values', () => {
  it.each<[Parameters<typeof toCanonical>[0], string, string | undefined]>([
    ['ip', '203.0.113[.]7', '203.0.113.7'],
    ['ip', '::FFFF:203.0.113.7', '203.0.113.7'],
    ['ip', '2001:DB8:0:0::1', '2001:db8::1'],
    ['ip', '203.0.113.300', undefined],
    ['cidr', '203.0.113.77/24', '203.0.113.0/24'],
    ['cidr', '2001:db8::1/32', '2001:db8::/32'],
    ['cidr', '203.0.113.0/33', undefined],
    ['domain', 'Evil(dot)Example', 'evil.example'],
    ['domain', '*.evil.example.', 'evil.example'],
    ['domain', 'domain evil.example', undefined],
    ['url', 'hxxps://User:pw@EVIL[.]example:443/A%41?q=1#top', 'evil.example/AA?q=1'],
    ['url', 'http://evil.example', 'evil.example/'],
    ['url', 'evil.example:8080/x', 'evil.example:8080/x'],
    ['url', 'ftp://evil.example:21/x', 'ftp://evil.example/x'],
    ['email', 'Bad[@]evil[.]example', 'bad@evil.example'],
    ['hash', SHA1.toUpperCase(), SHA1],
    ['hash', 'abc', undefined],
    ['file_name', 'C:\\Temp\\Evil.EXE', 'evil.exe'],
    ['registry_key', 'HKEY_LOCAL_MACHINE\\\\Software\\Run', 'hklm\\software\\run'],
    ['cve', 'cve-2024-12345', 'CVE-2024-12345'],
  ])('%s: %s is %s', (type, text, value) => expect(toCanonical(type, text)).toBe(value));

  it.each([
    ['203.0.113.7:8080', '203.0.113.7', 8080],
    ['[2001:db8::1]:443', '2001:db8::1', 443],
    ['2001:db8:1::5:40669', '2001:db8:1::5', 40_669],
  ])('%s is an address with its port', (text, value, port) =>
    expect(toAddressWithPort(text)).toEqual({ value, port }),
  );

  it.each([
    ['hxxp://evil[.]example/a', 'url'],
    ['evil[.]example', 'domain'],
    ['203.0.113.0/24', 'cidr'],
    ['203.0.113.9/32', 'ip'],
    [SHA1, 'hash'],
    ['a@evil.example', 'email'],
    ['two words', undefined],
  ])('%s is guessed as %s', (text, type) => expect(guessType(text)?.type).toBe(type));

  it('gives a web address with a query its form without', () =>
    expect(toUrlForm('http://evil.example/a?b=c')).toEqual({
      host: 'evil.example',
      key: 'evil.example/a?b=c',
      keyWithoutQuery: 'evil.example/a',
    }));
});

describe('STIX patterns', () => {
  const hash = { type: 'hash', value: SHA1 };
  const ip = (value: string) => ({ type: 'ip', value });
  it.each<[string, unknown]>([
    [`[file:hashes.'SHA-1' = '${SHA1}']`, [{ terms: [hash] }]],
    [
      `[ file:hashes.SHA1='${SHA1}' AND file:name = 'a.exe' ]`,
      [{ terms: [hash, { type: 'file_name', value: 'a.exe' }] }],
    ],
    [
      "[ipv4-addr:value = '203.0.113.7' OR domain-name:value = 'evil.example']",
      [{ terms: [ip('203.0.113.7')] }, { terms: [{ type: 'domain', value: 'evil.example' }] }],
    ],
    [
      "[ipv4-addr:value IN ('203.0.113.7', '203.0.113.8')]",
      [{ terms: [ip('203.0.113.7')] }, { terms: [ip('203.0.113.8')] }],
    ],
    [
      "[ipv4-addr:value ISSUBSET '203.0.113.0/24']",
      [{ terms: [{ type: 'cidr', value: '203.0.113.0/24' }] }],
    ],
    [
      "[network-traffic:dst_ref.value = '203.0.113.7' AND network-traffic:dst_port = 4444]",
      [{ terms: [ip('203.0.113.7'), { type: 'port', value: '4444' }] }],
    ],
    [
      "[ipv4-addr:value = '203.0.113.7'] OR [ipv4-addr:value = '203.0.113.8']",
      [{ terms: [ip('203.0.113.7')] }, { terms: [ip('203.0.113.8')] }],
    ],
    [
      "[ipv4-addr:value = '203.0.113.7'] AND [ipv4-addr:value = '203.0.113.8']",
      [{ reason: 'several_observations' }],
    ],
    [
      "[ipv4-addr:value = '203.0.113.7'] REPEATS 3 TIMES WITHIN 60 SECONDS",
      [{ reason: 'repetition' }],
    ],
    [
      "[ipv4-addr:value = '203.0.113.7'] START t'2026-01-01T00:00:00Z' STOP t'2026-02-01T00:00:00Z'",
      [{ reason: 'time_window' }],
    ],
    ["[ipv4-addr:value != '203.0.113.7']", [{ reason: 'operator !=' }]],
    [
      "[file:name MATCHES '^a.*' OR file:name = 'b.exe']",
      [{ reason: 'operator MATCHES' }, { terms: [{ type: 'file_name', value: 'b.exe' }] }],
    ],
    ["[file:name = 'it\\'s.exe']", [{ terms: [{ type: 'file_name', value: "it's.exe" }] }]],
    ["[x-custom:thing[*].deep = 'a']", [{ reason: 'path x-custom:thing' }]],
    [
      "[windows-registry-key:key = 'HKLM\\\\Software\\\\Evil']",
      [{ terms: [{ type: 'registry_key', value: 'hklm\\software\\evil' }] }],
    ],
  ])('%s', (text, alternatives) =>
    expect(readStixPattern(text)).toEqual({ ok: true, alternatives }),
  );

  it.each([
    ['[ipv4-addr:value = ]', 20],
    ["[ipv4-addr:value = '203.0.113.7'", 33],
    ['', 1],
    ['[a:b = 1] trailing', 11],
    ["[a:b = 'open]", 8],
  ])('%s cannot be read, and the column is told', (text, column) =>
    expect(readStixPattern(text)).toMatchObject({ ok: false, column }),
  );

  it('is not led astray by depth', () =>
    expect(readStixPattern(`${'('.repeat(10_000)}[a:b = 1]`)).toMatchObject({ ok: false }));
  it('does not multiply without end', () => {
    const either = `(${Array.from({ length: 99 }, (_, n) => `ipv4-addr:value = '203.0.113.${n}'`).join(' OR ')})`;
    expect(readStixPattern(`[${either} AND ${either} AND ${either}]`)).toEqual({
      ok: true,
      alternatives: [{ reason: 'too_many_alternatives' }],
    });
  });
});

describe('STIX bundles', () => {
  const indicator = (more: object) => ({
    type: 'indicator',
    id: 'indicator--1',
    pattern_type: 'stix',
    pattern: "[ipv4-addr:value = '203.0.113.7']",
    valid_from: '2026-01-01T00:00:00Z',
    ...more,
  });
  const read = (...objects: object[]) => {
    const set = new IndicatorSet();
    const found = readStixObjects(
      JSON.stringify({ type: 'bundle', id: 'bundle--1', objects }),
      'x',
    );
    if (!found.ok) throw new Error(found.problem.detail);
    const summary = readStix(found.value, context, set);
    return { set, summary, all: [...set.values()] };
  };

  it('keeps validity, confidence, marking and the threat that a relationship names', () => {
    const { all, summary } = read(
      indicator({
        confidence: 55,
        valid_until: '2027-01-01T00:00:00Z',
        object_marking_refs: ['marking-definition--f88d31f6-486f-44da-b317-01333bde0b82'],
      }),
      { type: 'malware', id: 'malware--1', name: 'Wolf' },
      {
        type: 'relationship',
        id: 'relationship--1',
        source_ref: 'indicator--1',
        target_ref: 'malware--1',
      },
      { type: 'sighting', id: 'sighting--1', sighting_of_ref: 'indicator--1' },
    );
    expect(all).toEqual([
      {
        type: 'ip',
        value: '203.0.113.7',
        label: 'Wolf',
        confidence: 55,
        role: 'bad',
        tlp: 'amber',
        validFrom: Date.UTC(2026, 0, 1),
        validUntil: Date.UTC(2027, 0, 1),
        reference: 'indicator--1',
      },
    ]);
    expect(summary).toMatchObject({ relationships: 1, sightings: 1 });
  });

  it('takes the newest version, and nothing of what is revoked', () => {
    const { set } = read(
      indicator({ modified: '2026-01-01T00:00:00Z' }),
      indicator({ modified: '2026-02-01T00:00:00Z', revoked: true }),
    );
    expect(set.counts()).toMatchObject({ kept: 0, refused: { revoked: 1 } });
  });

  it('counts languages and patterns that it cannot use', () => {
    const { set } = read(
      indicator({ id: 'indicator--2', pattern_type: 'yara', pattern: 'rule x {}' }),
      indicator({ id: 'indicator--3', pattern: '[broken' }),
    );
    expect(set.counts().refused).toEqual({ 'pattern_type yara': 1, pattern_syntax: 1 });
  });

  it.each(['<html>', '[]', '{"objects":[1]}', '{"objects":[{}]}', '{"a":1}'])(
    'refuses %s whole',
    (text) =>
      expect(readStixObjects(text, 'x')).toMatchObject({
        ok: false,
        problem: { code: 'feed_broken' },
      }),
  );
});

describe('MISP events', () => {
  const event = (attributes: object[], objects: object[] = []) =>
    JSON.stringify({
      Event: {
        uuid: '5a68c02d-959c-4c8a-a571-0dcac0a8d001',
        info: 'A campaign',
        date: '2026-03-01',
        threat_level_id: '1',
        Tag: [{ name: 'tlp:green' }],
        Attribute: attributes,
        Object: objects,
      },
    });
  const read = (text: string) => {
    const set = new IndicatorSet();
    return { result: readMispEvents(text, context, set), set, all: [...set.values()] };
  };

  it('takes attributes, those of objects too, and keeps what is not for detection as context', () => {
    const { all, result } = read(
      event(
        [
          { type: 'ip-dst|port', value: '203.0.113.7|443', to_ids: true },
          { type: 'domain|ip', value: 'evil.example|203.0.113.8', to_ids: true },
          { type: 'filename|sha1', value: `a.exe|${SHA1}`, to_ids: true },
          { type: 'url', value: 'hxxp://evil[.]example/x', to_ids: false },
        ],
        [
          {
            name: 'file',
            Attribute: [
              { type: 'md5', value: 'd'.repeat(32), to_ids: true, timestamp: '1767225600' },
            ],
          },
        ],
      ),
    );
    expect(result).toEqual({ ok: true, value: { events: 1, attributes: 5 } });
    expect(all.map(({ type, value, port, role }) => [type, value, port, role])).toEqual([
      ['ip', '203.0.113.7', 443, 'bad'],
      ['domain', 'evil.example', undefined, 'bad'],
      ['ip', '203.0.113.8', undefined, 'bad'],
      ['hash', SHA1, undefined, 'bad'],
      ['url', 'evil.example/x', undefined, 'context'],
      ['hash', 'd'.repeat(32), undefined, 'bad'],
    ]);
    expect(all[0]).toMatchObject({
      label: 'A campaign',
      tlp: 'green',
      validFrom: Date.UTC(2026, 2, 1),
    });
    expect(all[5]).toMatchObject({ validFrom: 1_767_225_600_000 });
  });

  it('counts what it cannot use', () =>
    expect(
      read(
        event([
          { type: 'text', value: 'words', to_ids: false },
          { type: 'ip-src', value: 'nonsense', to_ids: true },
          { type: 'md5', value: 'a'.repeat(32), to_ids: true, deleted: true },
          { type: 'md5' },
        ]),
      ).set.counts().refused,
    ).toEqual({ 'type text': 1, 'bad_value ip': 1, deleted: 1, no_value: 1 }));

  it.each(['{', '[]x', '{"a":1}', '"x"', '[1]'])('refuses %s whole', (text) =>
    expect(read(text).result).toMatchObject({ ok: false, problem: { code: 'feed_broken' } }),
  );

  it('reads a manifest', () => {
    const uuid = '5a68c02d-959c-4c8a-a571-0dcac0a8d001';
    expect(readMispManifest(`{"${uuid}":{"timestamp":"7"}}`, 'x')).toEqual({
      ok: true,
      value: [{ uuid, timestamp: 7 }],
    });
    expect(readMispManifest('{"../../etc/passwd":{}}', 'x')).toMatchObject({ ok: false });
  });
});

describe('lists and tables', () => {
  const read = (text: string, shape: TableShape = {}) => {
    const set = new IndicatorSet();
    return { result: readTable(text, { shape, context, sink: set }), set, all: [...set.values()] };
  };
  const seen = (all: readonly Indicator[]) => all.map(({ type, value }) => `${type} ${value}`);

  it('reads a plain list with comments and mixed kinds', () =>
    expect(
      seen(
        read(`# made up\r\n203.0.113.7\r\n\r\n; note\nevil[.]example\n203.0.113.0/24\n${SHA1}\n`)
          .all,
      ),
    ).toEqual(['ip 203.0.113.7', 'domain evil.example', 'cidr 203.0.113.0/24', `hash ${SHA1}`]));

  it('finds the header in a comment and columns by name', () => {
    const { all } = read(
      '# a feed\n# "first_seen","ioc","ioc_type","malware","confidence"\n"2026-01-02 03:04:05 UTC","203.0.113.7:8080","ip:port","Wolf, the ""big""","75"\n',
      {
        value: 'ioc',
        typeColumn: 'ioc_type',
        label: 'malware',
        confidence: 'confidence',
        time: 'first_seen',
      },
    );
    expect(all).toEqual([
      {
        type: 'ip',
        value: '203.0.113.7',
        port: 8080,
        label: 'Wolf, the "big"',
        confidence: 75,
        role: 'bad',
        validFrom: Date.UTC(2026, 0, 2, 3, 4, 5),
      },
    ]);
  });

  it('takes columns by number with another separator', () =>
    expect(
      seen(
        read('1\tevil.example\n2\tbad.example', { separator: 'tab', value: 2, type: 'domain' }).all,
      ),
    ).toEqual(['domain evil.example', 'domain bad.example']));

  it.each<[string, TableShape, number | undefined]>([
    ['<!DOCTYPE html>\n<html>', {}, 1],
    ['a,b\n1,2\n', { value: 'ioc' }, 1],
    ['not a value\nnor this\n', {}, 1],
  ])('refuses %j whole, with the line', (text, shape, line) =>
    expect(read(text, shape).result).toMatchObject({
      ok: false,
      problem: { code: 'feed_broken', at: { line } },
    }),
  );

  it('goes on over a few bad rows and counts them', () =>
    expect(read('203.0.113.7\nnonsense here\n203.0.113.8').set.counts()).toMatchObject({
      kept: 2,
      refused: { unknown_form: 1 },
    }));

  it('reads rows of JSON, in an array, by lines, or inside an object', () => {
    const shape: TableShape = { value: 'url', type: 'url' };
    for (const text of [
      '[{"url":"http://evil.example/a"}]',
      '{"url":"http://evil.example/a"}\n{"url":"http://evil.example/a"}',
      '{"1":[{"url":"http://evil.example/a"}]}',
    ]) {
      const set = new IndicatorSet();
      expect(readJsonRows(text, { shape, context, sink: set }).ok).toBe(true);
      expect(set.counts().byType).toEqual({ url: 1 });
    }
  });

  it('splits quoted fields', () =>
    expect(splitRow('a, "b,c" ,"d""e",', ',')).toEqual(['a', 'b,c', 'd"e', '']));
  it.each([
    ['2022-08-05 11:40:15 UTC', Date.UTC(2022, 7, 5, 11, 40, 15)],
    ['2022-08-05', Date.UTC(2022, 7, 5)],
    ['1767225600', 1_767_225_600_000],
    ['soon', undefined],
  ])('reads the time %s', (text, time) => expect(readFeedTime(text)).toBe(time));
});

it('reads the catalogue of exploited vulnerabilities and their chances', () => {
  const set = new IndicatorSet();
  const row = {
    cveID: 'CVE-2026-1111',
    vendorProject: 'Acme',
    product: 'Gate',
    dateAdded: '2026-05-01',
  };
  expect(readKev(JSON.stringify({ vulnerabilities: [row, {}] }), context, set).ok).toBe(true);
  readEpss('#model:v1\ncve,epss,percentile\nCVE-2026-2222,0.943,0.99\n', context, set);
  expect([...set.values()]).toMatchObject([
    { value: 'CVE-2026-1111', role: 'context', label: 'Exploited: Acme Gate' },
    { value: 'CVE-2026-2222', role: 'context', confidence: 94 },
  ]);
  expect(readKev('{}', context, set)).toMatchObject({ ok: false });
});

it('takes what is defanged and what is a digest out of a report, not the links of its author', () => {
  const set = new IndicatorSet();
  readReport(
    `See https://example.org/report.\n|\`+${SHA1}+\` |evil[.]example (203.0.113[.]7)|hxxps://evil[.]example/a`,
    context,
    set,
  );
  expect([...set.values()].map(({ type, value }) => `${type} ${value}`)).toEqual([
    `hash ${SHA1}`,
    'domain evil.example',
    'ip 203.0.113.7',
    'url evil.example/a',
  ]);
});

it('fades addresses, not files', () => {
  const at = toEpochMs(Date.UTC(2026, 0, 1));
  const later = at + 30 * 86_400_000;
  expect(decayed({ type: 'ip', confidence: 80, validFrom: at }, later)).toBeCloseTo(40);
  expect(decayed({ type: 'hash', confidence: 80, validFrom: at }, later)).toBe(80);
  expect(isValidAt({ validUntil: at }, at)).toBe(false);
  expect(isValidAt({}, later)).toBe(true);
});
