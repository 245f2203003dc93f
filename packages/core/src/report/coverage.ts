import { isFor, type Routable } from '../detect/route.ts';
import { EVENT_CLASSES } from '../normalise/attribute.ts';
import type { LogsourceDemand, SigmaDocument } from '../sigma/rule.ts';

/** A kind of event that was really seen, and how often. */
export interface SeenKindOfEvent extends Routable {
  readonly count: number;
  /** Epoch milliseconds, by the event's clock. */
  readonly lastAt: number;
}

/** A data source that is really present: product, service and what its events are. */
export interface CoveredSource {
  readonly name: string;
  readonly events: number;
  readonly lastAt: number;
  /** Rules that look at it. */
  readonly rules: number;
}

/** A technique of ATT&CK with the rules that speak of it. */
export interface CoveredTechnique {
  readonly id: string;
  readonly tactics: readonly string[];
  /** Rules that can fire, since a source they look at is present. */
  readonly rules: number;
  /** Rules that cannot. */
  readonly silent: number;
  /** Rules by source, in the order of the sources. */
  readonly bySource: readonly number[];
}

/** A rule that cannot fire, and what it waits for. */
export interface SilentRule {
  readonly ruleId: string;
  readonly title: string;
  readonly wants: string;
  readonly techniques: readonly string[];
}

export interface Coverage {
  readonly sources: readonly CoveredSource[];
  readonly techniques: readonly CoveredTechnique[];
  readonly silent: readonly SilentRule[];
}

/** What the rules that run can see of what is really there. */
export function coverageOf(
  rules: readonly SigmaDocument[],
  seen: readonly SeenKindOfEvent[],
): Coverage {
  const names = [...new Set(seen.map(nameOf))].sort();
  const reach = createReach(rules, seen, names);
  const speaking = rules.filter((rule) => rule.kind !== 'filter');
  const reached = new Map(speaking.map((rule) => [rule, reach(rule)] as const));
  return {
    sources: names.map((name, at) => ({
      name,
      events: sum(seen.filter((each) => nameOf(each) === name).map(({ count }) => count)),
      lastAt: seen.reduce(
        (last, each) => (nameOf(each) === name ? Math.max(last, each.lastAt) : last),
        0,
      ),
      rules: speaking.filter((rule) => reached.get(rule)?.has(at)).length,
    })),
    techniques: techniquesOf(reached, names.length),
    silent: speaking
      .filter((rule) => reached.get(rule)?.size === 0)
      .map((rule) => ({
        ruleId: rule.id,
        title: rule.title,
        wants: wantsOf(rule),
        techniques: rule.techniques,
      })),
  };
}

/** The sources that a rule sees, by their place; of a correlation, those that let it fire. */
function createReach(
  rules: readonly SigmaDocument[],
  seen: readonly SeenKindOfEvent[],
  names: readonly string[],
) {
  const byName = new Map(
    rules.flatMap((rule) => [rule.id, rule.name ?? rule.id].map((name) => [name, rule] as const)),
  );
  const placeOf = new Map(names.map((name, at) => [name, at]));
  const known = new Map<string, ReadonlySet<number>>();
  const reach = (rule: SigmaDocument, depth = 0): ReadonlySet<number> => {
    const there = known.get(rule.id);
    if (there || depth > MAX_CHAIN) return there ?? NONE;
    const found = rule.kind === 'correlation' ? ofCorrelation(rule, depth) : ofDemand(rule);
    known.set(rule.id, found);
    return found;
  };
  const ofDemand = (rule: Exclude<SigmaDocument, { kind: 'correlation' }>) =>
    new Set(seen.filter((each) => isFor(rule, each)).map((each) => placeOf.get(nameOf(each)) ?? 0));
  const ofCorrelation = (
    { rules: referred, type, formula }: Extract<SigmaDocument, { kind: 'correlation' }>,
    depth: number,
  ) => {
    const parts = referred.map((name) => {
      const rule = byName.get(name);
      return rule ? reach(rule, depth + 1) : NONE;
    });
    const needsAll = type.startsWith('temporal') && formula === undefined;
    const canFire = needsAll
      ? parts.every((part) => part.size > 0)
      : parts.some((part) => part.size > 0);
    return canFire ? new Set(parts.flatMap((part) => [...part])) : NONE;
  };
  return reach;
}

const MAX_CHAIN = 20;
const NONE: ReadonlySet<number> = new Set();
const sum = (numbers: readonly number[]): number => numbers.reduce((all, one) => all + one, 0);

function techniquesOf(
  reached: ReadonlyMap<SigmaDocument, ReadonlySet<number>>,
  sources: number,
): readonly CoveredTechnique[] {
  const rows = new Map<
    string,
    { tactics: Set<string>; rules: number; silent: number; bySource: number[] }
  >();
  for (const [rule, places] of reached) {
    for (const id of new Set(rule.techniques)) {
      const row = rows.get(id) ?? {
        tactics: new Set(),
        rules: 0,
        silent: 0,
        bySource: Array(sources).fill(0),
      };
      rows.set(id, row);
      for (const tactic of rule.tactics) row.tactics.add(tactic);
      if (places.size > 0) row.rules += 1;
      else row.silent += 1;
      for (const place of places) row.bySource[place] = (row.bySource[place] ?? 0) + 1;
    }
  }
  return [...rows]
    .map(([id, { tactics, ...row }]) => ({ id, tactics: [...tactics].sort(), ...row }))
    .sort((a, b) => (a.id < b.id ? -1 : 1));
}

const nameOf = ({ class_uid, provenance: { logsource } }: SeenKindOfEvent): string =>
  [logsource.product, logsource.service, EVENT_CLASSES[class_uid] ?? String(class_uid)]
    .filter((part) => part !== undefined && part !== '')
    .join(' / ');

/** The log source that a rule asks for, as it says it. */
export const demandText = ({ product, service, category }: LogsourceDemand): string =>
  [product, service, category].filter((part) => part !== undefined).join(' / ');

const wantsOf = (rule: SigmaDocument): string =>
  rule.kind === 'correlation'
    ? `what ${rule.rules.join(', ')} look at`
    : demandText(rule.logsource);
