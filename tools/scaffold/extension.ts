import { type ScaffoldFile, toCamel } from './scaffold-file.ts';

/** A source that starts and ends as it must and receives nothing yet: its contract fails until it does. */
export const createSourceFiles = (id: string): readonly ScaffoldFile[] => [
  {
    path: `packages/extensions/src/sources/${id}/config.ts`,
    text: `import { Type } from 'typebox';

/** The settings of one ${id} source. */
export const Config = Type.Object(
  { address: Type.String({ minLength: 1, description: 'Where it receives.' }) },
  { additionalProperties: false },
);
`,
  },
  {
    path: `packages/extensions/src/sources/${id}/source.ts`,
    text: `import { defineSource } from '@cordon/kit';
import { Config } from './config.ts';

/** FILL IN what it receives, and from whom. */
export const ${toCamel(id)} = defineSource({
  id: '${id}',
  title: '${id}',
  config: Config,
  run: ({ config, ready, signal }) =>
    new Promise((resolve) => {
      signal.addEventListener('abort', () => resolve(), { once: true });
      ready(config.address);
    }),
});
`,
  },
  {
    path: `packages/extensions/src/sources/${id}/source.test.ts`,
    text: `import { describeSource } from '@cordon/kit/source-contract';
import { expect } from 'vitest';
import { ${toCamel(id)} } from './source.ts';

describeSource(${toCamel(id)}, {
  config: async () => ({ address: '127.0.0.1:0' }),
  send: async (where) => expect.fail(\`FILL IN how a record is sent to \${where}\`),
});
`,
  },
];

/** A connector with one verb that admits that it cannot do it yet: its contract fails until it can. */
export const createConnectorFiles = (id: string): readonly ScaffoldFile[] => [
  {
    path: `packages/extensions/src/connectors/${id}/config.ts`,
    text: `import { type Static, Type } from 'typebox';

/** The settings of the connector. */
export const Config = Type.Object(
  { url: Type.String({ pattern: '^https://', maxLength: 2_000 }) },
  { additionalProperties: false },
);
export type Config = Static<typeof Config>;
`,
  },
  {
    path: `packages/extensions/src/connectors/${id}/client.ts`,
    text: `import { err, type Result } from '@cordon/core';
import type { Receipt } from '@cordon/kit';
import type { Config } from './config.ts';

/** The only file that speaks to the product. Gives up at the signal; failures come back as a problem. */
export async function send(
  _config: Config,
  _message: { readonly text: string; readonly key: string; readonly signal: AbortSignal },
): Promise<Result<Receipt>> {
  return err({ code: 'action_failed', detail: 'FILL IN the call.', retryable: false });
}
`,
  },
  {
    path: `packages/extensions/src/connectors/${id}/index.ts`,
    text: `import { ok } from '@cordon/core';
import { defineAction, defineConnector } from '@cordon/kit';
import { Type } from 'typebox';
import { send } from './client.ts';
import { Config } from './config.ts';

const Params = Type.Object(
  { text: Type.String({ minLength: 1, maxLength: 4_000 }) },
  { additionalProperties: false },
);

// A verb that contains or evicts needs probe, undo, an inverse and a time limit, too: see nftables.
const sendMessage = defineAction<Config, typeof Params>({
  verb: 'notify.${id}.send',
  class: 'notify',
  title: 'Send a message',
  params: Params,
  ttl: 'none',
  impact: 0,
  target: () => ({ kind: 'url', id: '${id}', role: 'target' }),
  apply: ({ text }, { config, idempotencyKey, signal }) =>
    send(config, { text, key: idempotencyKey, signal }),
});

/** FILL IN which product it speaks to, and with which rights. */
export const ${toCamel(id)} = defineConnector({
  id: '${id}',
  title: '${id}',
  config: Config,
  actions: [sendMessage],
  check: async () => ok({ text: 'FILL IN what was looked at.' }),
});
`,
  },
  {
    path: `packages/extensions/src/connectors/${id}/${id}.test.ts`,
    text: `import { describeConnector } from '@cordon/kit/connector-contract';
import { expect, it } from 'vitest';
import { ${toCamel(id)} } from './index.ts';

const config = { url: 'https://127.0.0.1:1/' };

describeConnector(${toCamel(id)}, {
  config: async () => config,
  params: { 'notify.${id}.send': { text: 'hello' } },
});

it('sends, against a server of the test on loopback', async () => {
  const [action] = ${toCamel(id)}.actions;
  const answer = await action?.apply(
    { text: 'hello' },
    { config, signal: AbortSignal.timeout(5_000), idempotencyKey: 'act_1' },
  );
  expect(answer).toMatchObject({ ok: true });
});
`,
  },
];

/** The registry with the new extension's import and entry, both in order. */
export function register(registry: string, kind: 'source' | 'connector', id: string): string {
  const name = toCamel(id);
  const from = kind === 'source' ? `./sources/${id}/source.ts` : `./connectors/${id}/index.ts`;
  const imports = [...registry.matchAll(/^import \{.*\} from '(\.[^']*)';$/gm)];
  const next = imports.find((match) => (match[1] ?? '') > from);
  const last = imports.at(-1);
  const at = next?.index ?? (last ? last.index + last[0].length + 1 : 0);
  const line = `import { ${name} } from '${from}';\n`;
  const withImport = registry.slice(0, at) + line + registry.slice(at);
  const list = new RegExp(`export const ${kind}s: readonly \\w+\\[\\] = \\[([^\\]]*)\\];`);
  const [whole = '', entries = ''] = list.exec(withImport) ?? [];
  return withImport.replace(whole, () => toEntry(whole, entries, name));
}

/** The list with one more name, on one line while it fits. */
function toEntry(whole: string, entries: string, name: string): string {
  const names = entries
    .split(',')
    .map((entry) => entry.trim())
    .filter((entry) => entry !== '');
  const after = names.findIndex((entry) => entry > name);
  const all = names.toSpliced(after < 0 ? names.length : after, 0, name);
  const open = whole.slice(0, whole.lastIndexOf('[') + 1);
  const oneLine = `${open}${all.join(', ')}];`;
  return oneLine.length <= 100 ? oneLine : `${open}\n  ${all.join(',\n  ')},\n];`;
}
