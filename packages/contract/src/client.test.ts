import { expect, test } from 'vitest';
import { ApiError, createClient } from './index.ts';

interface Sent {
  readonly url: string;
  readonly init: RequestInit;
}

function createTalk(answer: () => Response) {
  const sent: Sent[] = [];
  const fetch = async (url: RequestInfo | URL, init: RequestInit = {}) => {
    sent.push({ url: String(url), init });
    return answer();
  };
  return {
    sent,
    client: createClient({
      baseUrl: 'http://cordon',
      fetch: fetch as typeof globalThis.fetch,
      token: 'cdn_api_x',
    }),
  };
}

test('a read carries its path, its query with lists, and the token', async () => {
  const { client, sent } = createTalk(() => Response.json({ items: [] }));
  await client.listIncidents({ query: { status: ['new', 'on_hold'], limit: 5 } });
  await client.getIncident({ params: { id: 'a/b?c' } });
  expect(sent.map(({ url }) => url)).toEqual([
    'http://cordon/api/v1/incidents?status=new&status=on_hold&limit=5',
    'http://cordon/api/v1/incidents/a%2Fb%3Fc',
  ]);
  expect(sent[0]?.init.headers).toMatchObject({ authorization: 'Bearer cdn_api_x' });
});

test('a change is JSON, also where it has nothing to say', async () => {
  const { client, sent } = createTalk(() => Response.json({ duration_s: 60 }));
  await client.startDemo();
  await client.setKillSwitch({ body: { engaged: true, reason: 'drill' } });
  expect(sent.map(({ init }) => [init.method, init.body])).toEqual([
    ['POST', '{}'],
    ['PUT', '{"engaged":true,"reason":"drill"}'],
  ]);
  expect(sent[0]?.init.headers).toMatchObject({ 'content-type': 'application/json' });
});

test('an answer without a body is an empty object', async () => {
  const { client } = createTalk(() => new Response(null, { status: 204 }));
  expect(await client.logOut()).toEqual({});
});

test.each([
  {
    name: 'a problem',
    answer: () => Response.json({ code: 'forbidden', detail: 'No.', status: 403 }, { status: 403 }),
    code: 'forbidden',
  },
  {
    name: 'a page of some proxy',
    answer: () => new Response('<h1>Bad gateway</h1>', { status: 502 }),
    code: 'bad_answer',
  },
  {
    name: 'no answer at all',
    answer: () => {
      throw new TypeError('fetch failed');
    },
    code: 'unreachable',
  },
])('$name is an ApiError with the code $code', async ({ answer, code }) => {
  const { client } = createTalk(answer);
  const error = await client.getMe().catch((reason: unknown) => reason);
  expect(error).toBeInstanceOf(ApiError);
  expect((error as ApiError).problem.code).toBe(code);
});
