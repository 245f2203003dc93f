import type { Weakness } from '../intel/weakness.ts';
import type { Evidence } from './evidence.ts';

/*
 * What it is worth that a named vulnerability is exploited elsewhere (methods 3.2). Known exploitation
 * +1.5 and a chance of ln(1 + 8·EPSS), at most 2.2, where the target can be reached from the internet;
 * whether it is vulnerable nobody told, so a target that is not known to be open counts half.
 */

const EXPLOITED_LLR = 1.5;
const CHANCE_SLOPE = 8;
const MAX_LLR = 2.2;
const NOT_OPEN = 0.5;
/** Below it the chance says nothing. */
const LEAST_CHANCE = 0.05;

type Draft = Pick<Evidence, 'kind' | 'llr' | 'group' | 'text'>;

const percent = (chance: number): string => `${Math.round(chance * 100)} %`;

/** What is known of it, in words: "CVE-2021-44228 is exploited elsewhere (Apache Log4j2), says kev". */
export function describeWeakness(weakness: Weakness): string {
  const { cve, exploited, chance, advised, feeds } = weakness;
  const seen = exploited === undefined ? [] : [`is exploited elsewhere (${exploited})`];
  const likely =
    chance === undefined ? [] : [`is exploited within 30 days with a chance of ${percent(chance)}`];
  const advice = advised === undefined ? [] : [`has an advisory, ${advised}`];
  return `${cve} ${[...seen, ...likely, ...advice].join(' and ')}, by ${feeds.join(', ')}`;
}

/** `openHost`: the machine it was tried on, where the inventory says that anybody can reach it. */
export function weighWeakness(
  { weakness }: { readonly weakness?: Weakness | undefined },
  { openHost }: { readonly openHost?: string | undefined },
): Draft | undefined {
  if (weakness === undefined) return undefined;
  const { exploited, chance = 0 } = weakness;
  if (exploited === undefined && chance < LEAST_CHANCE) return undefined;
  const most = Math.min(
    MAX_LLR,
    Math.max(exploited === undefined ? 0 : EXPLOITED_LLR, Math.log1p(CHANCE_SLOPE * chance)),
  );
  const where = openHost === undefined ? '' : ` ${openHost} can be reached from the internet.`;
  return {
    kind: 'exploited-vulnerability',
    llr: openHost === undefined ? most * NOT_OPEN : most,
    group: 'vulnerability',
    text: `It names a vulnerability: ${describeWeakness(weakness)}.${where}`,
  };
}
