import { expect, it } from 'vitest';
import { signAws } from './sign-aws.ts';

/** The test suite of Signature Version 4 that AWS publishes: one key, one moment, one service. */
const AUTH = { kind: 'aws', service: 'service', region: 'us-east-1' } as const;
const KEY = { user: 'AKIDEXAMPLE', secret: 'wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY' };
const AT = Date.UTC(2015, 7, 30, 12, 36, 0);

it.each([
  ['get-vanilla', 'GET', '/', '5fa00fa31553b73ebf1942676e86291e8372ff2a2260956d9b8aae1d763fbf31'],
  ['post-vanilla', 'POST', '/', '5da7c1a2acd57cee7505fc6676e4e544621c30862966e37dddb68e92efbe5d6b'],
  [
    'get-vanilla-query-order-key-case',
    'GET',
    '/?Param2=value2&Param1=value1',
    'b97d918cfa904a5beff61c982a1b6f458b799221646efd99d3219ec94cdf2500',
  ],
] as const)('%s', async (...[, method, path, signature]) => {
  const url = new URL(path, 'https://example.amazonaws.com');
  const headers = await signAws(AUTH, KEY, { request: { method, url, body: '' }, at: AT });
  expect(headers['x-amz-date']).toBe('20150830T123600Z');
  expect(headers['authorization']).toBe(
    `AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20150830/us-east-1/service/aws4_request, SignedHeaders=host;x-amz-date, Signature=${signature}`,
  );
});

it('signs the body', async () => {
  const url = new URL('https://example.amazonaws.com/');
  const sign = (body: string) =>
    signAws(AUTH, KEY, { request: { method: 'POST', url, body }, at: AT });
  expect((await sign('a'))['authorization']).not.toBe((await sign('b'))['authorization']);
});
