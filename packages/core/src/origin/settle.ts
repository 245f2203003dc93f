import { canonicalIp } from '../entity/resolve.ts';
import { HOUR_MS } from '../shared/time.ts';
import type { CausalLinks } from './causal-links.ts';
import type { OriginHypothesis } from './origin.ts';
import { clockOf } from './trace-back.ts';

/*
 * What would settle where it began: the observation that tells the likeliest hypotheses apart, or
 * that would show what lies before the likeliest one. The most telling first.
 */

const CLOSE = 2;
const MOST = 4;
const hourBefore = (at: number): string =>
  `${clockOf((at - HOUR_MS) as OriginHypothesis['at'])} and ${clockOf(at as OriginHypothesis['at'])}`;

/** Two that are nearly as likely are told apart by who came onto the later one. */
function betweenBoth(
  first: OriginHypothesis,
  second: OriginHypothesis | undefined,
): readonly string[] {
  if (second === undefined || first.p > CLOSE * second.p) return [];
  const later = first.at >= second.at ? first : second;
  const earlier = later === first ? second : first;
  return [
    `Log-ins and connections onto ${later.entity.id} before ${clockOf(later.at)}: one from ${earlier.entity.id} would mean that it began there, none from it that it did not`,
  ];
}

function aboutAddress({ entity, at }: OriginHypothesis): readonly string[] {
  return [
    `Which machine had the address ${entity.id} at ${clockOf(at)} (DHCP lease, inventory), and its own log of process starts`,
  ];
}

function aboutHost(top: OriginHypothesis, links: CausalLinks): readonly string[] {
  const place = top.entity.id;
  const unseen = top.process === undefined;
  const noLogons = links.logonsOnto(place).length === 0 && links.arrivalsOnto(place).length === 0;
  return [
    ...(unseen
      ? [
          `Process starts on ${place} between ${hourBefore(top.at)} (Sysmon 1, auditd execve, endpoint protection)`,
        ]
      : []),
    ...(noLogons
      ? [
          `Log-ins onto ${place} between ${hourBefore(top.at)}: whether somebody came from elsewhere`,
        ]
      : []),
  ];
}

function aboutEntry(top: OriginHypothesis): readonly string[] {
  if (top.entryVector !== 'unseen') return [];
  const what = top.process
    ? `how ${top.process.name} came onto ${top.entity.id}`
    : `what was opened or loaded on ${top.entity.id}`;
  return [
    `Mail gateway, proxy and download logs before ${clockOf(top.at)}: ${what}`,
    ...(top.process?.user === undefined
      ? []
      : [
          `Whether ${top.process.user} did this himself: ask, or see from where that account was used`,
        ]),
  ];
}

/** The observations that would settle it, the most telling first; at most four. */
export function findSettling(
  hypotheses: readonly OriginHypothesis[],
  links: CausalLinks,
): readonly string[] {
  const [top, second] = hypotheses;
  if (!top) return [];
  const isInside = canonicalIp(top.entity.id) !== undefined && !links.isOwnPlace(top.entity.id);
  return [
    ...betweenBoth(top, second),
    ...(isInside && top.entity.kind === 'ip' ? aboutAddress(top) : aboutHost(top, links)),
    ...aboutEntry(top),
  ].slice(0, MOST);
}
