import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { type RunningServer, startServer } from './main.ts';
import { importRules } from './rules/import-rules.ts';

/*
 * An imported rule in the running product: taken up without a restart, quiet in shadow, heard when
 * switched on, hidden by a suppression, gone when off. Only the counts say so, to the last match.
 */

const root = join(dirname(fileURLToPath(import.meta.url)), '..', '..', '..');
const RULE = `title: Log-in of mallory
id: mallory
author: A. Author
level: high
logsource: {category: authentication}
detection: {who: {user.name: mallory}, condition: who}
`;

let home: string;
let server: RunningServer;
let cookie = '';
let sent = 0;

async function call(path: string, body?: unknown) {
  const response = await fetch(`${server.url}/api/v1${path}`, {
    method: body === undefined ? 'GET' : 'POST',
    headers: { cookie, origin: server.url, 'content-type': 'application/json' },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  cookie ||= (response.headers.get('set-cookie') ?? '').split(';')[0] ?? '';
  return (await response.json()) as Record<string, unknown>;
}

let push: { readonly path: string; readonly token: string };

/** Log-ins of mallory, then waits until they are accounted for. */
async function logIn(times: number): Promise<void> {
  const lines = Array.from({ length: times }, () => {
    sent += 1;
    const at = new Date(Date.now() - 1_000).toISOString();
    return `<86>1 ${at} web-1 sshd ${sent} - - Failed password for mallory from 203.0.113.9 port ${1_000 + sent} ssh2`;
  });
  await fetch(`${server.url}${push.path}`, {
    method: 'POST',
    headers: { authorization: `Bearer ${push.token}`, 'content-type': 'text/plain' },
    body: lines.join('\n'),
  });
  await expect
    .poll(
      async () =>
        ((await call('/sources')) as { conservation: { parsed: number } }).conservation.parsed,
    )
    .toBe(sent);
}

const rule = () => call('/rules/mallory');
const because = { reason: 'a test' };

beforeAll(async () => {
  home = await mkdtemp(join(tmpdir(), 'cordon-live-rules-'));
  await mkdir(join(home, 'mine'));
  await writeFile(join(home, 'mine', 'mallory.yml'), RULE);
  await writeFile(join(home, 'mine', 'LICENSE'), 'Detection Rule License (DRL) 1.1');
  const env = {
    CORDON_DATA_DIR: join(home, 'data'),
    CORDON_SERVER__PORT: '0',
    CORDON_LOG_LEVEL: 'silent',
  };
  server = await startServer({ root, env });
  const token = new URL(server.setupLink ?? '').searchParams.get('token');
  await call('/setup', { token, name: 'ann', password: 'correct horse battery staple' });
  push = (await call('/sources/push', { id: 'web', title: 'Web' })) as unknown as typeof push;
});
afterAll(async () => {
  await server.stop();
  await rm(home, { recursive: true });
});

it('takes up an import by itself, and does with its matches what is set', async () => {
  const from = join(home, 'mine');
  await importRules({
    from,
    dataDir: join(home, 'data'),
    content: [],
    isShadow: true,
    now: Date.now,
  });
  await expect.poll(async () => (await rule())['mode'], { timeout: 20_000 }).toBe('shadow');
  expect(await rule()).toMatchObject({ source: 'mine', author: 'A. Author', license: 'DRL-1.1' });

  await logIn(2);
  expect(await rule()).toMatchObject({ matches_day: 2, muted_month: 2, recent: [] });

  await call('/rules/mallory/mode', { mode: 'on', ...because });
  await logIn(3);
  expect(await rule()).toMatchObject({ matches_day: 5, muted_month: 2 });
  const { items } = (await call('/alerts')) as { items: { rule: Record<string, unknown> }[] };
  expect(items.map((alert) => alert.rule)).toContainEqual(
    expect.objectContaining({
      id: 'mallory',
      author: 'A. Author',
      license: 'DRL-1.1',
      source: 'mine',
    }),
  );

  const expires_at = new Date(Date.now() + 3_600_000).toISOString();
  const entity = { kind: 'ip', id: '203.0.113.9' };
  await call('/rules/mallory/suppressions', { owner: 'ann', expires_at, entity, ...because });
  await logIn(1);
  expect(await rule()).toMatchObject({
    matches_day: 6,
    muted_month: 3,
    suppression_list: [{ hidden: 1, is_in_force: true }],
  });

  await call('/rules/mallory/mode', { mode: 'off', ...because });
  await logIn(4);
  expect(await rule()).toMatchObject({ matches_day: 6, mode: 'off' });
}, 60_000);
