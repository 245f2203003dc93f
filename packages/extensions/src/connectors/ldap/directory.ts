import { err, ok, type Problem, type Result } from '@cordon/core';
import {
  Attribute,
  Change,
  Client,
  type Entry,
  InsufficientAccessError,
  InvalidCredentialsError,
  NoSuchObjectError,
} from 'ldapts';
import type { LdapConfig } from './config.ts';
import type { Flavour } from './flavour.ts';

const LIMIT_MS = 30_000;

/** An account as it is in the directory. */
export interface Account {
  readonly dn: string;
  /** Value of the attribute that was asked for, where it has one. */
  readonly value: string | undefined;
}

/** One change of one attribute; absent values are taken away. */
export interface Turn {
  readonly attribute: string;
  readonly from: string | undefined;
  readonly to: string | undefined;
}

/** A session with a directory, logged in. */
export interface Directory {
  find(flavour: Flavour, user: string, attribute: string): Promise<Result<Account | undefined>>;
  /** Changes the attribute only if it still has the value that was seen: one request, done whole or not at all. */
  turn(dn: string, turn: Turn): Promise<void>;
}

/** Works with the directory until it is done or the signal aborts; whatever fails comes back as a problem. */
export async function withDirectory<T>(
  { config, signal }: { readonly config: LdapConfig; readonly signal: AbortSignal },
  work: (directory: Directory) => Promise<Result<T>>,
): Promise<Result<T>> {
  if (signal.aborted) return err(TOO_LATE);
  const tlsOptions = config.ca === undefined ? {} : { ca: [config.ca] };
  const client = new Client({
    url: config.url,
    timeout: LIMIT_MS,
    connectTimeout: LIMIT_MS,
    ...(config.url.startsWith('ldaps:') ? { tlsOptions } : {}),
  });
  const late = new Promise<Result<T>>((resolve) => {
    signal.addEventListener('abort', () => resolve(err(TOO_LATE)), { once: true });
  });
  const run = async (): Promise<Result<T>> => {
    if (config.url.startsWith('ldap:') && config.plain !== true) await client.startTLS(tlsOptions);
    await client.bind(config.bind_dn, config.password);
    return work(toDirectory(client, config));
  };
  try {
    return await Promise.race([run().catch((error: unknown) => err(toProblem(error))), late]);
  } finally {
    void client.unbind().catch(() => undefined);
  }
}

const TOO_LATE: Problem = {
  code: 'target_unreachable',
  detail: 'The directory did not answer before the time of the call was over.',
  retryable: true,
};

function toDirectory(client: Client, config: LdapConfig): Directory {
  return {
    async find(flavour, user, attribute) {
      const { searchEntries } = await client.search(config.base, {
        scope: 'sub',
        filter: flavour.filterOf(user),
        attributes: [attribute],
        sizeLimit: 2,
      });
      if (searchEntries.length > 1) return err(ambiguous(user));
      const [entry] = searchEntries;
      return ok(entry && { dn: entry.dn, value: textOf(entry, attribute) });
    },
    async turn(dn, { attribute, from, to }) {
      const change = (operation: 'add' | 'delete', value: string): Change =>
        new Change({
          operation,
          modification: new Attribute({ type: attribute, values: [value] }),
        });
      await client.modify(dn, [
        ...(from === undefined ? [] : [change('delete', from)]),
        ...(to === undefined ? [] : [change('add', to)]),
      ]);
    },
  };
}

function textOf(entry: Entry, attribute: string): string | undefined {
  const value = entry[attribute];
  const first = Array.isArray(value) ? value[0] : value;
  return first === undefined ? undefined : String(first);
}

const ambiguous = (user: string): Problem => ({
  code: 'target_ambiguous',
  detail: `The directory knows more than one account as ${user}; none was touched.`,
  retryable: false,
});

function toProblem(error: unknown): Problem {
  if (error instanceof InvalidCredentialsError)
    return { code: 'target_denied', detail: 'The directory refuses the login.', retryable: false };
  if (error instanceof InsufficientAccessError)
    return {
      code: 'target_denied',
      detail: 'The directory does not allow the change.',
      hint: 'Give the account of the connector the right to write this attribute.',
      retryable: false,
    };
  if (error instanceof NoSuchObjectError)
    return {
      code: 'target_unknown',
      detail: 'The account or base is not there.',
      retryable: false,
    };
  const isConnection = error instanceof Error && 'code' in error && typeof error.code === 'string';
  const text = error instanceof Error ? error.message : String(error);
  return {
    code: isConnection ? 'target_unreachable' : 'action_failed',
    detail: `The directory: ${text.replace(/[^\x20-\x7e]+/g, ' ').slice(0, 160)}.`,
    retryable: true,
  };
}
