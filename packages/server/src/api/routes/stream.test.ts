import { expect, test } from 'vitest';
import { createHarness, type Harness } from '../fixtures/api-harness.ts';

const audit = { at: 0 as never, actor: 'test', what: 'setting_changed', subject: 'x', data: {} };
const change = (api: Harness, key: string) => api.deps.store.setSetting(key, 1, audit);

interface Stream extends AsyncDisposable {
  readonly status: number;
  /** Reads on until the text so far holds the words. */
  until(words: string): Promise<string>;
}

async function listen(api: Harness, headers: Record<string, string> = {}): Promise<Stream> {
  const cookie = await api.cookieOf('viewer');
  if (!api.app.server.listening) await api.app.listen({ host: '127.0.0.1', port: 0 });
  const { port } = api.app.server.address() as { port: number };
  const abort = new AbortController();
  const response = await fetch(`http://127.0.0.1:${port}/api/v1/stream`, {
    headers: { cookie, ...headers },
    signal: abort.signal,
  });
  const reader = response.body?.pipeThrough(new TextDecoderStream()).getReader();
  let text = '';
  return {
    status: response.status,
    until: async (words) => {
      while (!text.includes(words)) {
        const read = await reader?.read();
        if (!read || read.done) throw new Error(`the stream ended before ${words}: ${text}`);
        text += read.value;
      }
      return text;
    },
    [Symbol.asyncDispose]: async () => abort.abort(),
  };
}

test('a change is told to whoever listens, once per thing, with its number', async () => {
  await using api = await createHarness();
  await using stream = await listen(api);
  await stream.until(': live');
  await change(api, 'a');
  await change(api, 'a');
  const text = await stream.until('event: changes');
  expect(await stream.until('}]}')).toContain('"topic":"setting","id":"a"');
  expect(text).toMatch(/event: changes\nid: \d+\n/);
});

test('a listener that comes back is told what it missed', async () => {
  await using api = await createHarness();
  const seen = await api.deps.store.lastChange();
  await change(api, 'missed');
  await using stream = await listen(api, { 'last-event-id': String(seen) });
  expect(await stream.until('missed')).toContain('event: changes');
});

test('a number from before a restore tells the listener to fetch everything anew', async () => {
  await using api = await createHarness();
  await using stream = await listen(api, { 'last-event-id': '999999' });
  expect(await stream.until('event: reset')).toContain('data: {}');
});

test('closing the server ends the streams', async () => {
  await using api = await createHarness();
  await using stream = await listen(api);
  await stream.until(': live');
  await api.app.close();
  await expect(stream.until('never')).rejects.toThrow();
});
