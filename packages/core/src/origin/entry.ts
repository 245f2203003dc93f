import { canonicalIp, isCommonAccount, isExternalIp } from '../entity/resolve.ts';
import type { CausalLinks } from './causal-links.ts';
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

/** How it came in at a place. */
export function findEntry(place: string, signs: readonly OriginSign[], links: CausalLinks): Entry {
  const there = signs
    .filter((sign) => sign.host === place || sign.externalIps.includes(place))
    .sort((a, b) => a.at - b.at);
  const has = (...prefixes: readonly string[]): boolean =>
    there.some(({ techniques }) =>
      techniques.some((id) => prefixes.some((prefix) => id.startsWith(prefix))),
    );
  const text = tellOpened(place, there, links);
  if (text !== undefined) return { vector: 'phishing', text };
  if (has('T1566', 'T1204')) return { vector: 'phishing' };
  if (has('T1091', 'T1200')) return { vector: 'removable_media' };
  if (canonicalIp(place) === undefined || !isExternalIp(place)) return { vector: 'unseen' };
  const isInside = signs.some((sign) => !sign.isAddressOnly) || has('T1078');
  return { vector: isInside ? 'stolen_credential' : 'exposed_service' };
}
