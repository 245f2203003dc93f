import { createHash } from 'node:crypto';
import PostalMime, { type Address, type Attachment, type Email } from 'postal-mime';
import { findLinks, type Link } from './links.ts';

const MAX_DEPTH = 3;
const MAX_TEXT = 65_536;
const MAX_HEADERS = 150;
const MAX_HEADER = 1_500;
const MAX_ATTACHMENTS = 100;
const MAX_ADDRESSES = 100;

/** An attachment by what it is; its content is not kept. */
export interface MailAttachment {
  readonly name: string | null;
  readonly type: string;
  readonly bytes: number;
  readonly sha256: string;
  /** A mail inside the mail: what was reported. */
  readonly mail?: Mail;
}

/** What a mail says. */
export interface Mail {
  readonly from: string | null;
  readonly from_name: string | null;
  readonly reply_to: readonly string[];
  readonly return_path: string | null;
  readonly to: readonly string[];
  readonly cc: readonly string[];
  readonly subject: string | null;
  readonly message_id: string | null;
  readonly date: string | null;
  /** Newest first, as the mail carries them. */
  readonly received: readonly string[];
  readonly authentication_results: readonly string[];
  readonly headers: readonly { readonly name: string; readonly value: string }[];
  readonly text: string;
  readonly links: readonly Link[];
  readonly attachments: readonly MailAttachment[];
  readonly bytes: number;
  readonly sha256: string;
  /** Why it could not be read as MIME; then `text` is its beginning as it came. */
  readonly damage?: string;
}

const sha256 = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex');

const addressesOf = (list: readonly Address[] | undefined): readonly string[] =>
  (list ?? [])
    .flatMap((entry) => (entry.group === undefined ? [entry] : entry.group))
    .map(({ address }) => address)
    .filter((address) => address !== '')
    .slice(0, MAX_ADDRESSES);

const headersNamed = ({ headers }: Email, name: string): readonly string[] =>
  headers.filter(({ key }) => key === name).map(({ value }) => value.slice(0, MAX_HEADER));

const bytesOf = ({ content }: Attachment): Buffer =>
  typeof content === 'string' ? Buffer.from(content) : Buffer.from(content as ArrayBuffer);

async function toAttachment(attachment: Attachment, depth: number): Promise<MailAttachment> {
  const bytes = bytesOf(attachment);
  const { filename: name, mimeType: type } = attachment;
  const isMail = type === 'message/rfc822' || type === 'text/rfc822-headers';
  const inner = isMail && depth < MAX_DEPTH ? { mail: await readMail(bytes, depth + 1) } : {};
  return { name, type, bytes: bytes.length, sha256: sha256(bytes), ...inner };
}

const lengthOfText = (depth: number): number => MAX_TEXT >> (2 * depth);

/** Reads a mail. It never fails: what is no MIME is kept by its beginning and its digest. */
export async function readMail(bytes: Uint8Array, depth = 0): Promise<Mail> {
  try {
    const email = await PostalMime.parse(bytes, {
      forceRfc822Attachments: true,
      maxNestingDepth: 50,
      maxHeadersSize: 1_048_576,
    });
    return await toMail(email, bytes, depth);
  } catch (error) {
    const text = Buffer.from(bytes).toString('utf8').slice(0, lengthOfText(depth));
    return { ...(await toMail(NOTHING, bytes, depth)), text, damage: String(error).slice(0, 200) };
  }
}

const NOTHING: Email = { headers: [], headerLines: [], attachments: [] };

async function toMail(email: Email, bytes: Uint8Array, depth: number): Promise<Mail> {
  const attachments: MailAttachment[] = [];
  for (const attachment of email.attachments.slice(0, MAX_ATTACHMENTS))
    attachments.push(await toAttachment(attachment, depth));
  const [from] = email.from === undefined ? [] : addressesOf([email.from]);
  return {
    from: from ?? null,
    from_name: email.from?.name || null,
    reply_to: addressesOf(email.replyTo),
    return_path: email.returnPath ?? null,
    to: addressesOf(email.to),
    cc: addressesOf(email.cc),
    subject: email.subject ?? null,
    message_id: email.messageId ?? null,
    date: email.date ?? null,
    received: headersNamed(email, 'received'),
    authentication_results: headersNamed(email, 'authentication-results'),
    headers: email.headers.slice(0, MAX_HEADERS >> depth).map(({ originalKey, value }) => ({
      name: originalKey.slice(0, 100),
      value: value.slice(0, MAX_HEADER),
    })),
    text: (email.text ?? '').slice(0, lengthOfText(depth)),
    links: findLinks(email.text ?? '', email.html ?? ''),
    attachments,
    bytes: bytes.length,
    sha256: sha256(bytes),
  };
}
