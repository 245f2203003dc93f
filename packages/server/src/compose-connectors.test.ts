import { readFileSync } from 'node:fs';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { loadConnectors } from './compose-connectors.ts';
import { loadConfig } from './config/load-config.ts';

const root = fileURLToPath(new URL('../../..', import.meta.url));
/** The manifests that the page shows: one of HTTP, one of programs. */
const EXAMPLES = readFileSync(join(root, 'docs/connectors.md'), 'utf8')
  .split('```yaml\n')
  .map((block) => block.split('```')[0] ?? '')
  .filter((block) => block.startsWith('connector:'));
const [EXAMPLE = '', PROGRAMS = ''] = EXAMPLES;

let folder = '';
const configFile = () => join(folder, 'cordon.yml');
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'cordon-connectors-'));
  await mkdir(join(folder, 'connectors'));
});
afterEach(() => rm(folder, { recursive: true }));

const put = (name: string, text: string) => writeFile(join(folder, 'connectors', name), text);
const load = () => loadConnectors({ root, configFile: configFile() });

describe('manifests of the house', () => {
  it('are connectors with settings of their own, as the page shows', async () => {
    await put('my-firewall.yml', EXAMPLE);
    const { values: connectors, problems } = await load();
    expect(problems).toEqual([]);
    const own = connectors.find(({ id }) => id === 'my-firewall');
    expect(own?.actions.map(({ verb }) => verb)).toEqual(['net.ip.block', 'net.ip.unblock']);
    const read = async (settings: string) => {
      await writeFile(
        configFile(),
        `response: { connectors: { my-firewall: { secret: s, settings: { ${settings} } } } }\n`,
      );
      return loadConfig({ file: configFile(), env: {}, sources: [], connectors });
    };
    expect(await read('host: fw.example')).toMatchObject({ ok: true });
    expect(await read('')).toMatchObject({ ok: false });
    expect(await read('host: fw.example, port: "1"')).toMatchObject({ ok: false });
  });

  it('may run programs, as the page shows', async () => {
    await put('my-resolver.yml', PROGRAMS);
    const { values, problems } = await load();
    expect(problems).toEqual([]);
    const own = values.find(({ id }) => id === 'my-resolver');
    expect(own?.actions.map(({ verb }) => verb)).toEqual([
      'net.domain.block',
      'net.domain.unblock',
    ]);
  });

  it.each([
    ['no YAML', 'connector: [', 'connector_syntax', /./],
    ['no manifest', 'a: 1', 'connector_bad_value', /required|properties/],
    ['actions that are no list', 'actions: { a: 1 }', 'connector_bad_value', /required|properties/],
    [
      'requests that are no list',
      'actions: [{ apply: 5 }]',
      'connector_bad_value',
      /required|properties/,
    ],
    ['an id that is taken', EXAMPLE.replace('my-firewall', 'okta'), 'connector_bad_value', /okta/],
    [
      'an effect without its undoing',
      EXAMPLE.replace(/ +undo:.*\n/, ''),
      'connector_bad_value',
      /undo/,
    ],
    [
      'an unknown verb',
      EXAMPLE.replace('net.ip.block', 'net.ip.burn'),
      'connector_bad_value',
      /verb/,
    ],
    [
      'an unknown word',
      EXAMPLE.replace('{{ key }}', '{{ incident.id }}'),
      'connector_bad_value',
      /incident/,
    ],
    [
      'the secret in what is read',
      EXAMPLE.replace('it.note', 'secret'),
      'connector_bad_value',
      /secret/,
    ],
    [
      'the secret in a program',
      PROGRAMS.replace('{{ target }}', '{{ secret }}'),
      'connector_bad_value',
      /secret/,
    ],
    ['plain HTTP', EXAMPLE.replace('https://{', 'http://{'), 'connector_bad_value', /base_url/],
  ] as const)('%s is said, and the rest is there', async (...[, text, code, detail]) => {
    await put('bad.yml', text);
    const { values, problems } = await load();
    expect(problems[0]).toMatchObject({ code, detail: expect.stringMatching(detail) });
    expect(problems[0]?.at?.file).toBe(join(folder, 'connectors', 'bad.yml'));
    expect(values.map(({ id }) => id)).not.toContain('my-firewall');
    expect(values.map(({ id }) => id)).toContain('okta');
  });
});
