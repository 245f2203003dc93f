import { mkdtemp, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { printProblem } from '@cordon/core';
import { defineConnector, defineSource } from '@cordon/kit';
import { Type } from 'typebox';
import { expect, test } from 'vitest';
import { loadConfig, parseConfig } from './load-config.ts';

const syslog = defineSource({
  id: 'syslog',
  title: 'Syslog',
  config: Type.Object({
    port: Type.Integer({ minimum: 0, maximum: 65_535, default: 5514 }),
    transport: Type.Union([Type.Literal('udp'), Type.Literal('tcp')], { default: 'udp' }),
  }),
  run: async () => {},
});
const webhook = defineConnector({
  id: 'webhook',
  title: 'Webhook',
  config: Type.Object({ url: Type.String(), maxTries: Type.Integer({ default: 3 }) }),
  actions: [],
});

const read = (text: string, env: Record<string, string> = {}) =>
  parseConfig(text, { file: 'cordon.yml', env, sources: [syslog], connectors: [webhook] });
const problemsOf = (text: string, env: Record<string, string> = {}) => {
  const loaded = read(text, env);
  return loaded.ok ? [] : loaded.problems.map(printProblem);
};
const configOf = (text: string, env: Record<string, string> = {}) => {
  const loaded = read(text, env);
  if (!loaded.ok) throw new Error(loaded.problems.map(printProblem).join('\n'));
  return loaded.config;
};

test('an empty file gives loopback, observe mode and no sources', () => {
  const config = configOf('');
  expect(config.server).toMatchObject({ host: '127.0.0.1', port: 7117, allowedHosts: [] });
  expect(config.response).toEqual({
    mode: 'observe',
    automation: { startIn: 'live', agreement: 0.9 },
    modes: {},
    neverTouch: [],
    limits: {},
    connectors: {},
  });
  expect(config.sources).toEqual([]);
  expect(config.logLevel).toBe('info');
});

test('sources and connectors get the defaults of their kind', () => {
  const config = configOf(
    'sources:\n  - { id: lan, kind: syslog, port: 514 }\nresponse:\n  mode: approve\n  connectors:\n    webhook: { url: "https://example.test" }\n',
  );
  expect(config.sources).toEqual([
    { id: 'lan', kind: 'syslog', title: 'Syslog', config: { port: 514, transport: 'udp' } },
  ]);
  expect(config.response.connectors).toEqual({
    webhook: { url: 'https://example.test', maxTries: 3 },
  });
});

test.each([
  {
    name: 'a mistyped section',
    text: 'servr: {}',
    says: 'cordon.yml:1:1: "servr" is not a setting. [config_unknown_key]\n  hint: did you mean "server"?',
  },
  {
    name: 'a mistyped key',
    text: 'server:\n  prot: 1',
    says: 'cordon.yml:2:3: "prot" is not a setting of server. [config_unknown_key]\n  hint: did you mean "port"?',
  },
  {
    name: 'a key of a source',
    text: 'sources:\n  - id: a\n    kind: syslog\n    tranport: tcp',
    says: 'cordon.yml:4:5: "tranport" is not a setting of sources.0. [config_unknown_key]\n  hint: did you mean "transport"?',
  },
  {
    name: 'a kind of source',
    text: 'sources:\n  - id: a\n    kind: sislog',
    says: 'cordon.yml:3:5: "sislog" is not a kind of source. [config_bad_value]\n  hint: did you mean "syslog"?',
  },
  {
    name: 'a mode',
    text: 'response:\n  mode: always',
    says: 'cordon.yml:2:3: response.mode must be one of observe, approve, enforce. [config_bad_value]',
  },
  {
    name: 'a port',
    text: 'server: { port: 99999 }',
    says: 'cordon.yml:1:11: server.port must be <= 65535. [config_bad_value]',
  },
  {
    name: 'a missing member',
    text: 'response:\n  connectors:\n    webhook: {}',
    says: 'cordon.yml:3:5: "url" is missing. [config_bad_value]',
  },
  {
    name: 'a benign rule that matches everything',
    text: 'benign:\n  - { id: a, reason: b, match: {} }',
    says: 'cordon.yml:2:25: benign.0.match must not have fewer than 1 properties. [config_bad_value]',
  },
])('$name that is wrong is shown with its place', ({ text, says }) => {
  expect(problemsOf(text)).toEqual([says]);
});

test('two sources of one name are refused, and several mistakes are told at once', () => {
  const text = 'prt: 1\nsources:\n  - { id: a, kind: syslog }\n  - { id: a, kind: syslog }\n';
  expect(problemsOf(text).map((line) => line.split(' ')[0])).toEqual([
    'cordon.yml:1:1:',
    'cordon.yml:4:7:',
  ]);
});

test('YAML that is no YAML is shown with its place', () => {
  expect(problemsOf('server: [1\nport: 2')[0]).toMatch(
    /^cordon\.yml:\d+:\d+: .+\. \[config_syntax\]$/,
  );
  expect(problemsOf('a: 1\na: 2')[0]).toMatch(/\[config_syntax\]$/);
});

test('the environment overrides the file, without case and underscores in names', () => {
  const env = {
    CORDON_SERVER__PORT: '8080',
    CORDON_RESPONSE__CONNECTORS__WEBHOOK__URL: 'http://x',
    CORDON_RESPONSE__CONNECTORS__WEBHOOK__MAX_TRIES: '5',
    CORDON_DATA_DIR: '/srv/x',
    CORDON_SHARED_DATA: '/no/setting',
  };
  const config = configOf('server: { port: 1, host: 0.0.0.0 }', env);
  expect(config.server).toMatchObject({ port: 8080, host: '0.0.0.0' });
  expect(config.response.connectors).toEqual({ webhook: { url: 'http://x', maxTries: 5 } });
  expect(config.dataDir).toBe('/srv/x');
});

test('a wrong variable is shown under its name', () => {
  expect(problemsOf('', { CORDON_SERVER__PROT: '1' })).toEqual([
    'CORDON_SERVER__PROT: "prot" is not a setting of server. [config_unknown_key]\n  hint: did you mean "port"?',
  ]);
  expect(problemsOf('', { CORDON_SERVER__PORT: 'many' })[0]).toMatch(
    /^CORDON_SERVER__PORT: server\.port must be integer\. \[config_bad_value\]$/,
  );
});

test('a file that is not there is a problem, a file that is there is read', async () => {
  const dir = await mkdtemp(join(tmpdir(), 'cordon-config-'));
  const file = join(dir, 'cordon.yml');
  const input = { file, env: {}, sources: [syslog], connectors: [webhook] };
  expect(await loadConfig(input)).toMatchObject({
    ok: false,
    problems: [{ code: 'config_unreadable', at: { file } }],
  });
  await writeFile(file, 'data_dir: state\n');
  expect(await loadConfig(input)).toMatchObject({
    ok: true,
    config: { dataDir: join(dir, 'state'), file },
  });
});

test('a text may stand in a file or a variable; what is missing is located and the text is never shown', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'cordon-config-'));
  await writeFile(join(folder, 'url'), 'https://kept.test/\n');
  const yml = (url: string) => `response:\n  connectors:\n    webhook: { url: ${url} }\n`;
  const readIn = (text: string) =>
    parseConfig(text, {
      file: join(folder, 'cordon.yml'),
      env: { HOOK: 'https://said.test/' },
      sources: [syslog],
      connectors: [webhook],
    });
  const urlOf = (text: string) => {
    const loaded = readIn(text);
    return loaded.ok ? loaded.config.response.connectors : loaded.problems.map(printProblem);
  };
  expect(urlOf(yml('!file url'))).toEqual({ webhook: { url: 'https://kept.test/', maxTries: 3 } });
  expect(urlOf(yml('!env HOOK'))).toEqual({ webhook: { url: 'https://said.test/', maxTries: 3 } });
  const missing = [urlOf(yml('!file none')), urlOf(yml('!env NONE'))].map(String);
  expect(missing[0]).toMatch(/cordon\.yml:3:\d+.*"none" cannot be read \(ENOENT\)/s);
  expect(missing[1]).toMatch(/cordon\.yml:3:\d+.*no variable "NONE"/s);
});

test('values of placeholders are a list, or a text with one to a line', () => {
  const text =
    'placeholders:\n  admins: [ann, "*-adm"]\n  hosts: |\n    # of the second floor\n    ws-1\n\n    ws-2\n';
  expect(configOf(text).placeholders).toEqual({
    admins: ['ann', '*-adm'],
    hosts: ['ws-1', 'ws-2'],
  });
  expect(problemsOf('placeholders: {a: 5}')[0]).toContain('cordon.yml:1:');
});
