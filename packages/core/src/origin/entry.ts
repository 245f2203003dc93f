import { canonicalIp, isCommonAccount, isExternalIp } from '../entity/resolve.ts';
import type { CausalLinks } from './causal-links.ts';
import type { HostBeginning } from './host-blame.ts';
import type { OriginHypothesis } from './origin.ts';
import type { OriginSign } from './trace-back.ts';

/*
 * How it came in at a place: what the chain of processes under the first signs there shows, else what
 * the rules say of the signs there.
 */

/** How the attacker came in at a place, with a sentence where the data tells one. */
export interface Entry {
  readonly vector: OriginHypothesis['entryVector'];
  readonly text?: string;
}

const MAIL_PROGRAMS: ReadonlySet<string> = new Set(['outlook', 'olk', 'hxoutlook', 'thunderbird']);
const DOCUMENT_PROGRAMS: ReadonlySet<string> = new Set([
  'winword',
  'excel',
  'powerpnt',
  'onenote',
  'mspub',
  'visio',
  'acrord32',
  'acrobat',
  'foxitpdfreader',
  'soffice.bin',
]);
const MAX_KEYS = 8;

interface Step {
  readonly name: string;
  readonly user?: string;
}

const fileOf = (path: string): string => path.split(/[\\/]/).at(-1) || path;
const programOf = (step: Step): string => step.name.toLowerCase().replace(/\.exe$/, '');

/** A process and its ancestors by name, the eldest first; a parent whose start was not seen is known by its child. */
function chainOf(key: string, links: CausalLinks): readonly Step[] {
  const nodes = links.lineageOf(key).flatMap((one) => links.processOf(one) ?? []);
  const eldest = nodes.at(-1)?.parentName;
  const steps = nodes.map(({ name, user }) => ({
    name: fileOf(name),
    ...(user === undefined ? {} : { user }),
  }));
  return [...steps, ...(eldest === undefined ? [] : [{ name: fileOf(eldest) }])].reverse();
}

const whoOf = (chain: readonly Step[]): string =>
  chain.find(({ user }) => user !== undefined && !isCommonAccount(user))?.user ?? 'Somebody';

/** What was opened, from the mail or document program on; undefined without either. */
function openedBy(chain: readonly Step[], place: string): string | undefined {
  const mail = chain.findIndex((step) => MAIL_PROGRAMS.has(programOf(step)));
  const document = chain.findIndex((step) => DOCUMENT_PROGRAMS.has(programOf(step)));
  const start = mail >= 0 ? mail : document;
  if (start < 0 || start === chain.length - 1) return undefined;
  const what = `${document >= 0 ? 'a document' : 'something'}${mail >= 0 ? ' out of a mail' : ''}`;
  const names = chain.slice(start).map((step) => step.name);
  return `Patient zero is ${whoOf(chain)}, who opened ${what} on ${place}: ${names.join(' → ')}`;
}

/** The first sign at the place that descends from an opened mail or document, told. */
function tellOpened(
  place: string,
  signs: readonly OriginSign[],
  links: CausalLinks,
): string | undefined {
  for (const sign of signs) {
    for (const key of sign.processKeys.slice(0, MAX_KEYS)) {
      const told = openedBy(chainOf(key, links), place);
      if (told !== undefined) return told;
    }
  }
  return undefined;
}

const BROWSERS: ReadonlySet<string> = new Set([
  'msedge',
  'chrome',
  'firefox',
  'iexplore',
  'brave',
  'opera',
  'safari',
  'teams',
  'slack',
]);
/** Programs that serve the outside; what they start besides their own is somebody else's doing. */
const SERVERS: ReadonlySet<string> = new Set([
  'w3wp',
  'httpd',
  'apache2',
  'nginx',
  'php-fpm',
  'php-cgi',
  'tomcat',
  'java',
  'sqlservr',
  'mysqld',
  'postgres',
  'umworkerprocess',
]);
const UPDATERS = /(?:^|[-_ ])(?:updat\w*|upgrad\w*|installer|autoupdate)(?:$|[-_ .])/i;

/** A file that a browser, a mail program or an updater brought, and that was then started. */
function entryByFile(place: string, { file, process }: HostBeginning): Entry | undefined {
  if (!file || !process) return undefined;
  const writer = file.writerName === undefined ? '' : programOf({ name: fileOf(file.writerName) });
  const who =
    process.user === undefined || isCommonAccount(process.user) ? 'Somebody' : process.user;
  const from = file.url === undefined ? '' : ` from ${file.url}`;
  if (
    BROWSERS.has(writer) ||
    MAIL_PROGRAMS.has(writer) ||
    (file.url !== undefined && writer !== '')
  )
    return {
      vector: 'phishing',
      text: `${who} started ${fileOf(file.path)} on ${place}, which ${writer || 'a program'} had loaded${from}`,
    };
  if (UPDATERS.test(writer))
    return {
      vector: 'supply_chain',
      text: `${fileOf(file.path)} on ${place} was put there by ${writer}, a program that updates others`,
    };
  return undefined;
}

/** Is the process a program that serves the outside, or does it descend from one? */
const servedBy = (key: string, links: CausalLinks): boolean =>
  chainOf(key, links).some((step) => SERVERS.has(programOf(step)));

/** What is known of the ways in. */
export interface EntryContext {
  readonly signs: readonly OriginSign[];
  readonly links: CausalLinks;
  readonly beginning?: HostBeginning | undefined;
}

/** How it came in at a place. */
export function findEntry(place: string, { signs, links, beginning }: EntryContext): Entry {
  const there = signs
    .filter((sign) => sign.host === place || sign.externalIps.includes(place))
    .sort((a, b) => a.at - b.at);
  const has = (...prefixes: readonly string[]): boolean =>
    there.some(({ techniques }) =>
      techniques.some((id) => prefixes.some((prefix) => id.startsWith(prefix))),
    );
  const text = tellOpened(place, there, links);
  if (text !== undefined) return { vector: 'phishing', text };
  const byFile = beginning === undefined ? undefined : entryByFile(place, beginning);
  if (byFile) return byFile;
  if (has('T1566', 'T1204')) return { vector: 'phishing' };
  if (has('T1195')) return { vector: 'supply_chain' };
  if (beginning?.process && servedBy(beginning.process.key, links))
    return { vector: 'exposed_service' };
  if (has('T1091', 'T1200')) return { vector: 'removable_media' };
  if (canonicalIp(place) === undefined || !isExternalIp(place)) return { vector: 'unseen' };
  const isInside = signs.some((sign) => !sign.isAddressOnly) || has('T1078');
  return { vector: isInside ? 'stolen_credential' : 'exposed_service' };
}
