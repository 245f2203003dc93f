import { mkdtemp, rm, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Problem, printProblem } from '@cordon/core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createEnrichment } from './create-enrichment.ts';

let root = '';
let count = 0;
beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), 'cordon-enrich-'));
});
afterAll(() => rm(root, { recursive: true }));

const HEADER = 'name,aliases,ip,mac,owner,criticality,role,department,data_class,exposed,tags';
const NONE = { assets: [], identities: [], geoip: [], homeDomains: [] };

const write = async (name: string, text: string | Buffer): Promise<string> => {
  const path = join(root, name);
  await writeFile(path, text);
  count += 1;
  // The clock of files may be coarse: every version gets a time of its own.
  await utimes(path, 1_700_000_000 + count, 1_700_000_000 + count);
  return path;
};

const open = async (settings: Partial<typeof NONE>) => {
  const problems: Problem[] = [];
  const enrichment = await createEnrichment({
    settings: { ...NONE, ...settings },
    now: () => 0,
    onProblem: (problem) => problems.push(problem),
  });
  return { ...enrichment, enricher: enrichment.enricher, check: enrichment.check, problems };
};

describe('createEnrichment', () => {
  it('takes a changed table without a restart, and keeps the old while the new is broken', async () => {
    const file = await write('a.csv', `${HEADER}\ndb-01,,10.0.0.5,,dana,3,,,,,\n`);
    const { enricher, check, problems } = await open({ assets: [file] as never[] });
    expect(enricher.asset('db-01')?.criticality).toBe(3);

    await write('a.csv', `${HEADER}\ndb-01,,10.0.0.5,,dana,9,,,,,\n`);
    await check();
    await check();
    expect(enricher.asset('db-01')?.criticality).toBe(3);
    expect(problems.map(printProblem)).toEqual([
      `${file}:2:6: criticality: "9" is not a whole number from 1 to 5. [inventory_broken]\n  hint: Nothing of the file was taken.`,
    ]);

    await write('a.csv', `${HEADER}\ndb-01,,10.0.0.5,,dana,5,,,,,\n`);
    await check();
    expect(enricher.asset('10.0.0.5')?.criticality).toBe(5);
    await rm(file);
    await check();
    expect(enricher.asset('db-01')?.criticality).toBe(5);
    expect(problems).toHaveLength(2);
  });

  it('reads quoted cells over several lines, other delimiters and a byte order mark', async () => {
    const file = await write(
      'b.csv',
      '\ufeffname;role;tags;x_rack\r\n"web;01";"the\nfront";"a|b";7\r\n\r\nweb-02;;;\r\n',
    );
    const { enricher } = await open({ assets: [file] as never[] });
    expect(enricher.asset('web;01')).toMatchObject({ role: 'the\nfront', tags: ['a', 'b'] });
    expect(enricher.stats().assets).toBe(2);
  });

  it('reads identities and answers by any of their names', async () => {
    const file = await write(
      'people.csv',
      'name,aliases,sid,email,department,manager,privileged\ndana,dadmin,S-1-5-21-9,d@corp.example,Orders,erin,yes\n',
    );
    const { enricher } = await open({ identities: [file] as never[] });
    for (const name of ['CORP\\dana', 'DADMIN', 's-1-5-21-9', 'd@corp.example'])
      expect(enricher.identity(name)?.privilege).toBe('domain');
    expect(enricher.identity('erin')).toBeUndefined();
  });

  it.each([
    ['an unknown column', 'name,onwer\ndb,x\n', ':1:2: "onwer" is not a column of assets.'],
    ['too few cells', 'name,owner\ndb\n', ':2: The row has 1 cells, the header 2.'],
    ['an open quote', 'name,owner\n"db,x\n', ':2: A quote is never closed.'],
    ['no header', '10.0.0.1\n', ':1: The first line is not a header'],
    ['a bad address', 'name,ip\ndb,10.0.0.500\n', ':2:2: ip: "10.0.0.500" is not one'],
    ['JSON of nobody', '{"a":1}', ': It is not an export of a cloud that is known.'],
    ['bytes that are no text', Buffer.from([0xff, 0xfe, 0x00]), ': It is not text in UTF-8.'],
  ])('refuses %s, with the place', async (name, text, expected) => {
    const file = await write(`bad-${name.replaceAll(' ', '-')}.csv`, text);
    const { enricher, problems } = await open({ assets: [file] as never[] });
    expect(problems.map(printProblem).join('\n')).toContain(`${file}${expected}`);
    expect(enricher.stats().assets).toBe(0);
  });

  it('refuses a database that is none', async () => {
    const file = await write('x.mmdb', 'not a database');
    const { problems } = await open({ geoip: [file] as never[] });
    expect(problems.map(({ code }) => code)).toEqual(['geoip_broken']);
  });
});
