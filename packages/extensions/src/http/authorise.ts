import { createHmac, createSign } from 'node:crypto';
import { denied, SourceTrouble, unreachable } from '../sources/session.ts';
import type { Auth } from './auth.ts';
import type { Credentials, Outgoing } from './credentials.ts';
import { grantedBy } from './granted.ts';
import type { Caller } from './outgoing.ts';
import { signAws } from './sign-aws.ts';

/** Gives requests their proof of who asks. */
export interface Authoriser {
  headers(request: Outgoing, signal: AbortSignal): Promise<Readonly<Record<string, string>>>;
  /** The proof was refused: the next one is made anew. */
  forget(): void;
  /** What the last proof allows, where that was told. */
  granted?(): readonly string[] | undefined;
}

export interface AuthoriserDeps {
  readonly auth: Auth;
  readonly config: Credentials;
  readonly caller: Caller;
  readonly tokenUrl: string;
  readonly now: () => number;
  readonly what: string;
}

type OAuth2 = Extract<Auth, { kind: 'oauth2' }>;

const TOKEN_BYTES = 65_536;
const EARLY_MS = 60_000;
const ASSERTION_S = 3_600;
const SECOND_MS = 1_000;

/** The authoriser of a manifest. */
export function createAuthoriser(deps: AuthoriserDeps): Authoriser {
  const { auth, config, now } = deps;
  const fixed = (headers: Readonly<Record<string, string>>): Authoriser => ({
    headers: async () => headers,
    forget: () => undefined,
  });
  switch (auth.kind) {
    case 'none':
      return fixed({});
    case 'bearer':
      return fixed({
        [auth.header ?? 'authorization']: `${auth.scheme ?? 'Bearer'} ${config.secret}`.trim(),
      });
    case 'basic':
      return fixed({
        authorization: `Basic ${Buffer.from(`${config.user ?? ''}:${config.secret}`).toString('base64')}`,
      });
    case 'hmac':
      return {
        headers: async (request) =>
          signRequest(auth, { secret: config.secret, at: now() }, request),
        forget: () => undefined,
      };
    case 'aws':
      return {
        headers: (request) => signAws(auth, config, { request, at: now() }),
        forget: () => undefined,
      };
    case 'oauth2':
      return createTokens(deps, auth);
  }
}

/** HMAC-SHA-256 over time, method, path with query, and body, one a line, in hexadecimal. */
export function signRequest(
  auth: Extract<Auth, { kind: 'hmac' }>,
  { secret, at }: { readonly secret: string; readonly at: number },
  { method, url, body }: Outgoing,
): Readonly<Record<string, string>> {
  const time = String(Math.floor(at / SECOND_MS));
  const text = [time, method, `${url.pathname}${url.search}`, body].join('\n');
  const signature = createHmac('sha256', secret).update(text).digest('hex');
  return { [auth.header]: `${auth.prefix ?? ''}${signature}`, [auth.timeHeader]: time };
}

/** Tokens of OAuth 2, kept until a minute before they end. */
function createTokens(deps: AuthoriserDeps, auth: OAuth2): Authoriser {
  let held: Awaited<ReturnType<typeof fetchToken>> | undefined;
  return {
    async headers(_request, signal) {
      if (held === undefined || held.until <= deps.now())
        held = await fetchToken(deps, auth, signal);
      return { authorization: `Bearer ${held.token}` };
    },
    forget() {
      held = undefined;
    },
    granted: () => held?.granted,
  };
}

async function fetchToken(deps: AuthoriserDeps, auth: OAuth2, signal: AbortSignal) {
  const what = `The token address of ${deps.what}`;
  const answer = await deps.caller.call(
    {
      what,
      url: new URL(deps.tokenUrl),
      method: 'POST',
      headers: {
        'content-type': 'application/x-www-form-urlencoded',
        accept: 'application/json',
      },
      body: tokenForm(deps, auth).toString(),
      maxBytes: TOKEN_BYTES,
    },
    signal,
  );
  if (answer.status === 429 || answer.status >= 500)
    throw new SourceTrouble(unreachable(what, `it answered HTTP ${answer.status}`));
  const token = parseToken(answer.body.toString('utf8'));
  if (answer.status < 200 || answer.status > 299 || token === undefined)
    throw new SourceTrouble(denied(what, `it gave no token (HTTP ${answer.status})`));
  const { text, forMs, granted } = token;
  return { token: text, until: deps.now() + forMs - EARLY_MS, granted };
}

function tokenForm({ config, tokenUrl, now }: AuthoriserDeps, auth: OAuth2): URLSearchParams {
  if (auth.grant === 'jwt_bearer')
    return new URLSearchParams({
      grant_type: 'urn:ietf:params:oauth:grant-type:jwt-bearer',
      assertion: signAssertion(config, {
        aud: tokenUrl,
        iat: Math.floor(now() / SECOND_MS),
        scope: auth.scope ?? '',
      }),
    });
  return new URLSearchParams({
    grant_type: 'client_credentials',
    client_id: config.clientId ?? '',
    client_secret: config.secret,
    ...(auth.scope === undefined ? {} : { scope: auth.scope }),
  });
}

const part = (value: unknown): string => Buffer.from(JSON.stringify(value)).toString('base64url');

/** A signed statement of a service account (RFC 7523), RS256. */
function signAssertion(
  config: Credentials,
  claims: { readonly aud: string; readonly iat: number; readonly scope: string },
): string {
  const subject = config.user === undefined ? {} : { sub: config.user };
  const body = { iss: config.clientId ?? '', exp: claims.iat + ASSERTION_S, ...subject, ...claims };
  const text = `${part({ alg: 'RS256', typ: 'JWT' })}.${part(body)}`;
  try {
    return `${text}.${createSign('RSA-SHA256').update(text).sign(config.secret, 'base64url')}`;
  } catch {
    throw new SourceTrouble(denied('The service account', 'its private key is no RSA key in PEM'));
  }
}

interface Token {
  readonly text: string;
  readonly forMs: number;
  readonly granted: readonly string[] | undefined;
}

function parseToken(body: string): Token | undefined {
  try {
    const {
      access_token: text,
      expires_in: seconds,
      scope,
    } = JSON.parse(body) as {
      readonly access_token?: unknown;
      readonly expires_in?: unknown;
      readonly scope?: unknown;
    };
    if (typeof text !== 'string' || text === '') return undefined;
    const forMs = (Number(seconds) > 0 ? Number(seconds) : 300) * SECOND_MS;
    return { text, forMs, granted: grantedBy(text, scope) };
  } catch {
    return undefined;
  }
}
