import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import type { SourceContext } from '@cordon/kit';
import { ImapFlow } from 'imapflow';
import { Recent } from '../recent.ts';
import { denied, keepSession, rest, SourceTrouble } from '../session.ts';
import { type ImapConfig, MAX_MAIL_BYTES } from './config.ts';
import { readMail } from './mail.ts';

type Context = SourceContext<ImapConfig>;

/** How far the mailbox was read. */
interface Position {
  /** When this changes, the server numbered its mails anew and all are read again. */
  readonly uidValidity: string;
  readonly lastUid: number;
  /** Digests of the mails read last, to know them again after that. */
  readonly seen: readonly string[];
}

const SEEN_LIMIT = 2_000;
const CONNECT_MS = 10_000;
const START: Position = { uidValidity: '', lastUid: 0, seen: [] };

function parsePosition(saved: unknown): Position {
  if (typeof saved !== 'object' || saved === null) return START;
  const { uidValidity, lastUid, seen } = saved as Readonly<Record<string, unknown>>;
  if (typeof uidValidity !== 'string' || typeof lastUid !== 'number') return START;
  const list: readonly unknown[] = Array.isArray(seen) ? seen : [];
  return { uidValidity, lastUid, seen: list.filter((id) => typeof id === 'string') };
}

const placeOf = ({ user, host, port, mailbox }: ImapConfig): string =>
  `imap://${user}@${host}:${port}/${mailbox}`;

/** Reads what is new in the mailbox and waits for more; logs in again when the connection ends. */
export function followMailbox(context: Context): Promise<void> {
  const { config, signal, ready } = context;
  const what = `The mailbox ${placeOf(config)}`;
  return keepSession({
    context,
    what,
    open: async (worked) => {
      const client = await logIn(config, what);
      const leave = () => client.close();
      signal.addEventListener('abort', leave, { once: true });
      try {
        await client.mailboxOpen(config.mailbox);
        ready(placeOf(config));
        while (!signal.aborted && client.usable) {
          await readNew(context, client);
          worked();
          await untilMore(client, config.pollSeconds * 1_000, signal);
        }
      } finally {
        signal.removeEventListener('abort', leave);
        client.close();
      }
      throw new Error('the connection ended');
    },
  });
}

async function logIn(config: ImapConfig, what: string): Promise<ImapFlow> {
  const { user, password, accessToken, caFile, security } = config;
  const ca = caFile === undefined ? {} : { tls: { ca: await readFile(caFile, 'utf8') } };
  const client = new ImapFlow({
    host: config.host,
    port: config.port,
    secure: security === 'tls',
    ...(security === 'tls' ? {} : { doSTARTTLS: security === 'starttls' }),
    auth: accessToken === undefined ? { user, pass: password ?? '' } : { user, accessToken },
    logger: false,
    connectionTimeout: CONNECT_MS,
    ...ca,
  });
  // Whatever broke shows in the command that waits, or as a connection that is not usable any more.
  client.on('error', () => undefined);
  try {
    await client.connect();
  } catch (error) {
    client.close();
    const isRefused =
      typeof error === 'object' && error !== null && 'authenticationFailed' in error;
    throw isRefused ? new SourceTrouble(denied(what, 'the log-in was refused')) : error;
  }
  return client;
}

/** Ends when the server announces a mail, when it is time to look, at the end of the connection or at the abort. */
async function untilMore(client: ImapFlow, pollMs: number, signal: AbortSignal): Promise<void> {
  const over = new AbortController();
  const either = AbortSignal.any([signal, over.signal]);
  const announced = (name: string) => once(client, name, { signal: over.signal });
  void client.idle().catch(() => undefined);
  await Promise.race([rest(pollMs, either), announced('exists'), announced('close')]).catch(
    () => undefined,
  );
  over.abort();
}

async function readNew(context: Context, client: ImapFlow): Promise<void> {
  const { memory, signal } = context;
  const { mailbox } = client;
  if (mailbox === false) return;
  const uidValidity = String(mailbox.uidValidity);
  const saved = parsePosition(await memory.load());
  let position = saved.uidValidity === uidValidity ? saved : { ...saved, uidValidity, lastUid: 0 };
  for (const uid of await newUids(client, position.lastUid)) {
    if (signal.aborted) return;
    position = await takeMail(context, client, { uid, position });
  }
}

/** `n:*` always names the last mail, also when it is older. */
async function newUids(client: ImapFlow, lastUid: number): Promise<readonly number[]> {
  const found = await client.search({ uid: `${lastUid + 1}:*` }, { uid: true });
  return (found || []).filter((uid) => uid > lastUid).sort((a, b) => a - b);
}

interface Taking {
  readonly uid: number;
  readonly position: Position;
}

/** Durable first, then marked or moved, then remembered: whatever the point of a crash, the mail is not lost. */
async function takeMail(
  { config, sink, now, memory }: Context,
  client: ImapFlow,
  { uid, position }: Taking,
): Promise<Position> {
  const range = String(uid);
  const query = { source: { start: 0, maxLength: MAX_MAIL_BYTES }, internalDate: true, size: true };
  const found = await client.fetchOne(range, query, { uid: true });
  const seen = new Recent(SEEN_LIMIT, position.seen);
  if (found && found.source !== undefined) {
    const mail = await readMail(found.source);
    const arrived = found.internalDate === undefined ? null : new Date(found.internalDate);
    const record = {
      record_type: 'email',
      mailbox: config.mailbox,
      uid,
      arrived_at: arrived?.toISOString() ?? null,
      is_cut: (found.size ?? 0) > found.source.length,
      ...mail,
    };
    const id = `${mail.message_id ?? ''} ${mail.sha256}`.slice(-86);
    if (seen.has(id)) sink.lost('duplicate', 'same_mail', 1);
    else {
      const bytes = Buffer.from(JSON.stringify(record));
      await sink.accept([{ bytes, receivedAt: now(), peer: placeOf(config) }]);
    }
    seen.add(id);
    await putAway(config, client, range);
  }
  const next = { uidValidity: position.uidValidity, lastUid: uid, seen: seen.list() };
  await memory.save(next);
  return next;
}

async function putAway(config: ImapConfig, client: ImapFlow, range: string): Promise<void> {
  if (config.after === 'seen') await client.messageFlagsAdd(range, ['\\Seen'], { uid: true });
  if (config.after === 'move') {
    await client.mailboxCreate(config.moveTo).catch(() => undefined);
    await client.messageMove(range, config.moveTo, { uid: true });
  }
}
