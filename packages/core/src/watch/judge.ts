import type {
  ConnectFact,
  HttpFact,
  PingFact,
  ResolveFact,
  TalkFact,
  TlsFact,
} from '../diagnose/fact.ts';
import { DAY_MS, type EpochMs } from '../shared/time.ts';
import type { CheckReading, CheckState, Expectations } from './check.ts';

/*
 * What an answer is worth: facts of the probes against what was asked for. `fail`: it does not do what it
 * is for; `warn`: it does, and soon may not, or not as it should.
 */

/** What one answer says; the time is put to it by whoever asked. */
export type Judgement = Omit<CheckReading, 'at'>;

const LOSS_WARNS = 0.1;
const DAYS_LEFT = 21;
const CLOCK_OFF_MS = 1_000;

const judged = (state: CheckState, text: string, ms?: number): Judgement => ({
  state,
  text,
  ...(ms === undefined ? {} : { ms: Math.round(ms * 10) / 10 }),
});

const inWords = (outcome: string): string => outcome.replaceAll('-', ' ');

/** An answer that came, by the time it took. */
function byTime(text: string, ms: number, { slowMs }: Expectations): Judgement {
  return slowMs !== undefined && ms > slowMs
    ? judged('warn', `${text}, but it took ${Math.round(ms)} ms of ${slowMs}.`, ms)
    : judged('ok', `${text}.`, ms);
}

export function judgePing(fact: PingFact | undefined, expect: Expectations): Judgement {
  if (fact === undefined)
    return judged('unknown', 'The program ping is not there, or may not be used.');
  const { sent, received, rttMs, error } = fact;
  const answered = `${received} of ${sent} echo requests were answered`;
  if (received === 0)
    return judged(
      'fail',
      `${answered}${error === undefined ? '' : `: ${inWords(error.kind)}, says ${error.by}`}.`,
    );
  if (received < sent * (1 - LOSS_WARNS)) return judged('warn', `${answered}.`, rttMs);
  return byTime(answered, rttMs, expect);
}

export const judgeConnect = ({ outcome, ms }: ConnectFact, expect: Expectations): Judgement =>
  outcome === 'open'
    ? byTime('The port is open', ms, expect)
    : judged('fail', `The port does not open: ${inWords(outcome)}.`);

export const judgeTalk = ({ outcome, text, reason }: TalkFact, ms: number, expect: Expectations) =>
  outcome === 'greets' || reason === 'needs-password'
    ? byTime(`It answers${text === '' ? '' : `: ${text}`}`, ms, expect)
    : judged('fail', `It does not serve: ${inWords(reason ?? outcome)}${text && ` (${text})`}.`);

/** Chain, names, expiry; versions and application protocol where they are asked for. */
export function judgeTls(
  fact: TlsFact,
  {
    now,
    ms,
    expect,
  }: { readonly now: EpochMs; readonly ms: number; readonly expect: Expectations },
): Judgement {
  const { outcome, detail, certificate, distrust, isNameCovered } = fact;
  if (outcome !== 'ok' || certificate === undefined)
    return judged('fail', `TLS does not begin: ${inWords(outcome)} (${detail}).`);
  const { notAfter, notBefore, names } = certificate;
  const days = Math.floor((notAfter - now) / DAY_MS);
  if (notAfter <= now) return judged('fail', `The certificate ended ${-days} days ago.`, ms);
  if (notBefore > now) return judged('fail', 'The certificate is not valid yet.', ms);
  if (!isNameCovered)
    return judged(
      'fail',
      `The certificate is for ${names.slice(0, 3).join(', ') || 'no name'}.`,
      ms,
    );
  if (distrust !== undefined && !expect.isUntrustedWell)
    return judged('fail', `The chain is not trusted: ${distrust}.`, ms);
  const odd = findUnwanted(fact, expect);
  if (odd !== undefined) return judged('warn', odd, ms);
  const left = days === 0 ? 'today' : days === 1 ? 'in 1 day' : `in ${days} days`;
  if (days < (expect.daysLeft ?? DAYS_LEFT))
    return judged('warn', `The certificate ends ${left}, and nothing has renewed it.`, ms);
  return byTime(`${detail}, the certificate ends ${left}`, ms, expect);
}

function findUnwanted(
  { versions, alpn }: TlsFact,
  { tlsVersions, alpn: wanted }: Expectations,
): string | undefined {
  const surplus = tlsVersions && versions?.filter((version) => !tlsVersions.includes(version));
  if (surplus !== undefined && surplus.length > 0)
    return `It accepts ${surplus.join(', ')} besides what it should.`;
  if (wanted !== undefined && alpn !== wanted)
    return `It agrees on ${alpn ?? 'no application protocol'} where ${wanted} was offered.`;
  return undefined;
}

export function judgeHttp(fact: HttpFact, expect: Expectations): Judgement {
  const { outcome, status = 0, ms, brokenRedirect, hasBody, redirects } = fact;
  if (outcome !== 'answer') return judged('fail', `It does not answer: ${inWords(outcome)}.`);
  if (brokenRedirect !== undefined)
    return judged(
      'fail',
      `It leads to ${brokenRedirect.slice(0, 200)}, which does not answer.`,
      ms,
    );
  const { statuses } = expect;
  const isWell = statuses === undefined ? status >= 200 && status < 400 : statuses.includes(status);
  if (!isWell) return judged('fail', `It answers with ${status}.`, ms);
  if (hasBody === false)
    return judged(
      'fail',
      `It answers with ${status}, but the text it should hold is not there.`,
      ms,
    );
  const way = redirects.length === 0 ? '' : ` after ${redirects.length} redirects`;
  return byTime(`It answers with ${status}${way}`, ms, expect);
}

/** The system's own way, and every resolver beside the others. */
export function judgeResolve(
  { system, resolvers: all, hostsFile }: ResolveFact,
  expect: Expectations,
): Judgement {
  if (system.said !== 'answers')
    return judged('fail', `The name has no address here: ${inWords(system.said)}.`);
  const key = (addresses: readonly string[]) => [...addresses].sort().join(', ');
  const wanted = expect.addresses && key(expect.addresses);
  if (wanted !== undefined && wanted !== key(system.addresses))
    return judged('fail', `The name has ${key(system.addresses)}, not ${wanted}.`, system.ms);
  // What the hosts file says, resolvers need not know.
  const resolvers = hostsFile.length > 0 ? [] : all;
  const lame = resolvers.find(({ said }) => said !== 'answers');
  if (lame !== undefined)
    return judged('warn', `The resolver ${lame.server} says: ${inWords(lame.said)}.`, system.ms);
  const [first] = resolvers;
  const other = resolvers.find(
    ({ addresses }) => !addresses.some((address) => first?.addresses.includes(address)),
  );
  if (first !== undefined && other !== undefined)
    return judged(
      'warn',
      `Resolvers differ: ${first.server} says ${key(first.addresses)}, ${other.server} ${key(other.addresses)}.`,
      system.ms,
    );
  return byTime(`The name has ${key(system.addresses)}`, system.ms, expect);
}

/** Undefined: the time server did not answer, or is not in step itself. */
export function judgeClock(
  told: { readonly offsetMs: number; readonly ms: number } | undefined,
  expect: Expectations,
): Judgement {
  if (told === undefined) return judged('fail', 'The time server tells no time.');
  const off = Math.round(told.offsetMs);
  return Math.abs(off) > (expect.offsetMs ?? CLOCK_OFF_MS)
    ? judged('warn', `This clock is ${Math.abs(off)} ms ${off > 0 ? 'ahead' : 'behind'}.`, told.ms)
    : byTime(`The clock is ${off} ms off`, told.ms, expect);
}

/** Undefined: the directory answered. */
export const judgeDirectory = (refusal: string | undefined, ms: number, expect: Expectations) =>
  refusal === undefined
    ? byTime('The directory answers', ms, expect)
    : judged('fail', `The directory does not answer: ${refusal}.`);
