import type { AttackTruth } from './attack.ts';
import { investigateSet, readAttackSets } from './attack-sets.ts';
import { loadProduct } from './engines.ts';
import type { Evaluation } from './kind.ts';
import { share } from './parse.ts';
import { KEEP } from './rename.ts';

interface Found {
  readonly id: string;
  readonly events: number;
  readonly alerts: readonly Alerted[];
}

interface Alerted {
  readonly rule: string;
  readonly techniques: readonly string[];
  readonly tactics: readonly string[];
}

/** Is at least one of the techniques that an attack used alerted, and how much else is. */
export const detectEvaluation: Evaluation = {
  async run({ dir, say, predict }) {
    const content = await loadProduct(say);
    const { sets, readTruth } = readAttackSets(dir);
    const found: Found[] = [];
    for (const set of sets) {
      const { alerts, equation } = await investigateSet(content, set, KEEP);
      found.push({
        id: set.id,
        events: equation.parsed,
        alerts: alerts.map(({ rule: { id, techniques, tactics } }) => ({
          rule: id,
          techniques,
          tactics,
        })),
      });
      say(`${found.length}/${sets.length} ${equation.parsed} events, ${alerts.length} alerts`);
    }
    predict(found);
    return score(found, readTruth());
  },
};

function score(
  found: readonly Found[],
  truth: ReadonlyMap<string, AttackTruth>,
): Record<string, unknown> {
  const known = found.filter(({ id }) => isLabelled(truth.get(id)));
  const isMeant = (id: string, alerted: Alerted): boolean => isOf(alerted, truth.get(id));
  const hit = known.filter(({ id, alerts }) => alerts.some((alerted) => isMeant(id, alerted)));
  const others = known.reduce(
    (sum, { id, alerts }) => sum + alerts.filter((alerted) => !isMeant(id, alerted)).length,
    0,
  );
  const events = known.reduce((sum, set) => sum + set.events, 0);
  const missed = known.filter((set) => !hit.includes(set));
  const meant = (set: Found, isKind: (alerted: Alerted) => boolean): boolean =>
    set.alerts.some((alerted) => isKind(alerted) && isMeant(set.id, alerted));
  return {
    layout: 'attack sets',
    sets: known.length,
    setsFound: hit.length,
    setsWithAnyAlert: known.filter(({ alerts }) => alerts.length > 0).length,
    share: share(hit.length, known.length),
    events,
    otherAlerts: others,
    signalsPer1000Background: share(others * 1_000, events),
    foundByRules: known.filter((set) => meant(set, isOfRule)).length,
    foundByDetectors: known.filter((set) => meant(set, isOfDetector)).length,
    detectors: countByDetector(known, isMeant),
    setsWithoutEvents: known.filter((set) => set.events === 0).length,
    missed: missed.map(({ id, alerts }) => ({
      id,
      techniques: truth.get(id)?.techniques,
      ...(truth.get(id)?.isTacticEnough ? { tactics: truth.get(id)?.tactics } : {}),
      alerted: [...new Set(alerts.map(({ rule }) => rule))],
    })),
  };
}

const isOfDetector = ({ rule }: Alerted): boolean => rule.startsWith('detector:');
const isOfRule = (alerted: Alerted): boolean => !isOfDetector(alerted);

/** Of each detector: the alerts it made, and those of them that name what the attack did. */
function countByDetector(
  known: readonly Found[],
  isMeant: (id: string, alerted: Alerted) => boolean,
): Readonly<Record<string, { readonly alerts: number; readonly ofTechnique: number }>> {
  const all = known.flatMap(({ id, alerts }) =>
    alerts.filter(isOfDetector).map((alerted) => ({ ...alerted, isRight: isMeant(id, alerted) })),
  );
  const names = [...new Set(all.map(({ rule }) => rule))].sort();
  return Object.fromEntries(
    names.map((name) => {
      const own = all.filter(({ rule }) => rule === name);
      return [name, { alerts: own.length, ofTechnique: own.filter((one) => one.isRight).length }];
    }),
  );
}

const isLabelled = (truth: AttackTruth | undefined): boolean =>
  (truth?.techniques.length ?? 0) > 0 ||
  (truth?.isTacticEnough === true && truth.tactics.length > 0);

function isOf(alerted: Alerted, truth: AttackTruth | undefined): boolean {
  if (!truth) return false;
  if (alerted.techniques.some((each) => truth.techniques.some((known) => isNear(each, known))))
    return true;
  const tactics = truth.isTacticEnough ? truth.tactics.map(plainTactic) : [];
  return alerted.tactics.some((tactic) => tactics.includes(plainTactic(tactic)));
}

/** `TA0003-Persistence`, `Privilege Escalation` and `LateralMovement` as letters only. */
const plainTactic = (tactic: string): string =>
  tactic
    .replace(/^TA\d+-/, '')
    .replace(/[^A-Za-z]/g, '')
    .toLowerCase();

/** The same technique, or one is a sub-technique of the other. */
function isNear(left: string, right: string): boolean {
  return left === right || left.startsWith(`${right}.`) || right.startsWith(`${left}.`);
}
