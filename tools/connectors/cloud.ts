/* Clouds and mail, as their vendors document them. */
import { createHash, createHmac } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import type { Bench } from './bench.ts';
import { BEARER, carries, partOf, TOKEN, type Told, textOf, type Vendor } from './emulator.ts';

const ACCESS_KEY = 'AKIACORDONTEST';

const hmac = (key: string | Buffer, text: string): Buffer =>
  createHmac('sha256', key).update(text).digest();
const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex');

/** Signature Version 4, checked as AWS describes it: the canonical request, its hash, the derived key. */
const signed = (secret: string) => (request: IncomingMessage, body: string) => {
  const told = /^AWS4-HMAC-SHA256 Credential=([^/]+)\/(\S+), SignedHeaders=(\S+), Signature=(\w+)$/;
  const [, key, scope = '', names = '', signature] =
    told.exec(request.headers.authorization ?? '') ?? [];
  const url = new URL(request.url ?? '/', 'http://emulator');
  url.searchParams.sort();
  const query = url.searchParams.toString().replaceAll('+', '%20');
  const headers = names.split(';').map((name) => `${name}:${request.headers[name]}\n`);
  const canonical = [request.method, url.pathname, query, headers.join(''), names, sha256(body)];
  const date = request.headers['x-amz-date'];
  const text = ['AWS4-HMAC-SHA256', date, scope, sha256(canonical.join('\n'))].join('\n');
  const derived = scope.split('/').reduce<string | Buffer>(hmac, `AWS4${secret}`);
  return key === ACCESS_KEY && hmac(derived, text).toString('hex') === signature;
};

const iamError = (status: number, code: string): Told => ({
  status,
  text: `<ErrorResponse><Error><Code>${code}</Code><Message>No.</Message></Error></ErrorResponse>`,
});

function iam(): Vendor {
  const key = { id: 'AKIALEAKED', user: 'build & deploy', status: 'Active' };
  const looks: Readonly<Record<string, (query: URLSearchParams) => string | undefined>> = {
    GetAccessKeyLastUsed: (query) =>
      query.get('AccessKeyId') === key.id
        ? `<UserName>${key.user.replace('&', '&amp;')}</UserName>`
        : undefined,
    ListAccessKeys: (query) =>
      query.get('UserName') === key.user
        ? `<AccessKeyMetadata><member><AccessKeyId>${key.id}</AccessKeyId><Status>${key.status}</Status></member></AccessKeyMetadata>`
        : undefined,
  };
  return {
    proof: signed('the-secret'),
    refusal: iamError(403, 'SignatureDoesNotMatch'),
    routes: {
      'GET /': ({ query }) => {
        const action = query.get('Action') ?? '';
        const found =
          action === 'ListAccessKeys' && !query.has('UserName') ? '' : looks[action]?.(query);
        if (found === undefined) return iamError(404, 'NoSuchEntity');
        const text = `<${action}Response><${action}Result>${found}</${action}Result></${action}Response>`;
        return { status: 200, text };
      },
      'POST /': ({ text }) => {
        const form = new URLSearchParams(text);
        if (form.get('Action') !== 'UpdateAccessKey' || form.get('UserName') !== key.user)
          return iamError(400, 'ValidationError');
        if (form.get('AccessKeyId') !== key.id) return iamError(404, 'NoSuchEntity');
        key.status = form.get('Status') ?? '';
        return { status: 200, text: '<UpdateAccessKeyResponse/>' };
      },
    },
  };
}

function waf(): Vendor {
  const set = { addresses: ['198.51.100.1/32'], lock: 1 };
  const isLook = ({ headers }: IncomingMessage): boolean =>
    headers['x-amz-target'] === 'AWSWAF_20190729.GetIPSet';
  const refuse = (type: string): Told => ({ status: 400, body: { __type: type, message: type } });
  return {
    proof: signed('the-secret'),
    refusal: { status: 403, body: { __type: 'SignatureDoesNotMatch', message: 'No.' } },
    isLook: (_name, request) => isLook(request),
    routes: {
      'POST /': ({ body, request }) => {
        const named = ['Name', 'Scope', 'Id'].map((name) => textOf(body, name)).join();
        if (named !== 'cordon,REGIONAL,1') return refuse('WAFNonexistentItemException');
        if (isLook(request))
          return {
            status: 200,
            body: { IPSet: { Addresses: set.addresses }, LockToken: String(set.lock) },
          };
        if (textOf(body, 'LockToken') !== String(set.lock))
          return refuse('WAFOptimisticLockException');
        set.addresses = partOf(body, 'Addresses') as string[];
        set.lock += 1;
        return { status: 200, body: { NextLockToken: String(set.lock) } };
      },
    },
  };
}

const MESSAGE = "<1.o'hara@evil.example>";
const MAILBOX = 'anna@example.com';

function mail(): Vendor {
  const message = { id: 'AAMk-1', parentFolderId: 'inbox-id' };
  let isGone = false;
  const missing: Told = {
    status: 404,
    body: { error: { code: 'ErrorItemNotFound', message: 'The object was not found.' } },
  };
  const change =
    (act: (body: unknown) => void) =>
    (asked: { at: Readonly<Record<string, string>>; body: unknown }): Told => {
      if (asked.at['mailbox'] !== MAILBOX || asked.at['id'] !== message.id || isGone)
        return missing;
      act(asked.body);
      return { status: 201, body: message };
    };
  return {
    proof: BEARER,
    refusal: {
      status: 401,
      body: { error: { code: 'InvalidAuthenticationToken', message: 'No.' } },
    },
    routes: {
      'POST /token': () => TOKEN,
      'GET /v1.0/users/{mailbox}/messages': ({ at, query }) => {
        if (at['mailbox'] !== MAILBOX) return missing;
        const wanted = `internetMessageId eq '${MESSAGE.replaceAll("'", "''")}'`;
        const isIt = query.get('$filter') === wanted && !isGone;
        return { status: 200, body: { value: isIt ? [message] : [] } };
      },
      'GET /v1.0/users/{mailbox}/mailFolders/junkemail': () => ({
        status: 200,
        body: { id: 'junk-id' },
      }),
      'POST /v1.0/users/{mailbox}/messages/{id}/move': change((body) => {
        message.parentFolderId =
          textOf(body, 'destinationId') === 'junkemail' ? 'junk-id' : 'inbox-id';
      }),
      'POST /v1.0/users/{mailbox}/messages/{id}/permanentDelete': change(() => {
        isGone = true;
      }),
    },
  };
}

function misp(): Vendor {
  return {
    proof: carries('the-secret'),
    refusal: { status: 403, body: { message: 'Authentication failed.' } },
    routes: {
      'GET /servers/getVersion': () => ({ status: 200, body: { version: '2.5.0' } }),
      'POST /sightings/add': ({ body }) =>
        textOf(body, 'values', 0) === '' || textOf(body, 'type') !== '0'
          ? { status: 400, body: { message: 'Could not add the sighting' } }
          : { status: 200, body: { message: 'Sighting added' } },
    },
  };
}

export const CLOUD: readonly Bench[] = [
  {
    id: 'aws-iam',
    vendor: iam,
    config: { user: ACCESS_KEY },
    params: { key: 'AKIALEAKED' },
    unknown: { key: 'AKIANOBODY' },
  },
  {
    id: 'aws-waf',
    vendor: waf,
    config: {
      user: ACCESS_KEY,
      settings: { region: 'eu-central-1', scope: 'REGIONAL', name: 'cordon', id: '1' },
    },
    params: { ip: '203.0.113.7' },
  },
  {
    id: 'microsoft-365-mail',
    vendor: mail,
    config: { client_id: 'app', settings: { tenant: 't' } },
    params: { message: MESSAGE, mailbox: MAILBOX },
  },
  {
    id: 'misp',
    vendor: misp,
    config: { settings: { host: 'misp' } },
    params: { value: 'evil.example' },
  },
];
