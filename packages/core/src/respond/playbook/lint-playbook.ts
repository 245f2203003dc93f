import { parseExpression } from '../cel/expression.ts';
import { UNDO_ALL, VERBS } from '../verbs.ts';
import { FACT_NAMES } from './facts.ts';
import { type DoStep, listAllSteps, listBlocks, type Playbook, type Step } from './playbook.ts';
import type { Reading } from './reading.ts';

/** Reports what a playbook that reads may still have wrong with it, each at its place. */
export function lintPlaybook(reading: Reading, playbook: Playbook): void {
  for (const step of listAllSteps(playbook)) lintStep(reading, step);
  lintReach(reading, playbook.steps);
  lintReach(reading, playbook.onFailure);
  lintPaths(reading, playbook);
}

const report = (
  { reader, places }: Reading,
  step: Step,
  problem: readonly [string, string],
): void => {
  const [code, detail] = problem;
  reader.report(places.get(step.id), code as Parameters<typeof reader.report>[1], detail);
};

function lintStep(reading: Reading, step: Step): void {
  if (step.kind === 'do') lintDo(reading, step);
  if (step.kind === 'parallel' && step.branches.length < 2)
    report(reading, step, ['playbook_bad_value', '"parallel" needs at least two branches.']);
  if (step.kind === 'ask' && step.question === '')
    report(reading, step, ['playbook_bad_value', '"ask" needs a question.']);
  const blocks = listBlocks(step);
  const isEmpty = blocks.length > 0 && blocks.every((steps) => steps.length === 0);
  if (isEmpty && step.kind !== 'do' && step.kind !== 'call' && step.onFailure === undefined)
    report(reading, step, ['playbook_bad_value', `"${step.kind}" has no step inside.`]);
}

function lintDo(reading: Reading, step: DoStep): void {
  if (step.verb === UNDO_ALL) return;
  const info = Object.hasOwn(VERBS, step.verb) ? VERBS[step.verb] : undefined;
  if (!info)
    report(reading, step, [
      'playbook_unknown_verb',
      `"${step.verb}" is not a verb of the catalogue.`,
    ]);
  if (info?.class !== 'contain' && info?.class !== 'evict') return;
  const { verb } = step;
  if (step.reason === '')
    report(reading, step, [
      'playbook_bad_value',
      `"${verb}" changes the world and needs a "reason".`,
    ]);
  if (info.inverse !== undefined) lintUndo(reading, step);
  else if (step.undo !== 'never')
    report(reading, step, [
      'playbook_missing_undo',
      `"${verb}" cannot be taken back; say "undo: never".`,
    ]);
  if (info.isDestructive === true && step.approval === undefined)
    report(reading, step, [
      'playbook_missing_approval',
      `"${verb}" does harm that stays or stops work; a person must "approve" it.`,
    ]);
}

function lintUndo(reading: Reading, step: DoStep): void {
  const { reader, places } = reading;
  if (step.ttlMs === undefined)
    report(reading, step, [
      'playbook_bad_value',
      `"${step.verb}" holds an effect and needs "for", how long.`,
    ]);
  const node = places.get(step.id);
  if (!reader.has(node, 'undo'))
    report(reading, step, [
      'playbook_missing_undo',
      `"${step.verb}" needs "undo": when the effect is taken back.`,
    ]);
}

const isStop = (step: Step): boolean =>
  step.kind === 'stop' ||
  (step.kind === 'when' && endsAlways(step.steps) && endsAlways(step.otherwise)) ||
  (step.kind === 'parallel' && step.branches.some(endsAlways));
const endsAlways = (steps: readonly Step[]): boolean => steps.some(isStop);

/** Steps behind a stop, and sides of forks that are decided already. */
function lintReach(reading: Reading, steps: readonly Step[]): void {
  const stop = steps.findIndex(isStop);
  const after = stop < 0 ? undefined : steps[stop + 1];
  if (after) report(reading, after, ['playbook_unreachable', 'Nothing reaches this step.']);
  for (const step of steps) {
    const dead = step.kind === 'when' ? deadSide(step.condition, step) : undefined;
    if (dead)
      report(reading, dead, [
        'playbook_unreachable',
        'Nothing reaches this step: its condition is fixed.',
      ]);
    for (const block of listBlocks(step)) lintReach(reading, block);
  }
}

function deadSide(
  condition: string,
  { steps, otherwise }: { readonly steps: readonly Step[]; readonly otherwise: readonly Step[] },
): Step | undefined {
  if (condition.trim() === 'true') return otherwise[0];
  return condition.trim() === 'false' ? steps[0] : undefined;
}

/** Facts, inputs and steps that an expression speaks of must be there. */
function lintPaths({ reader, expressions }: Reading, playbook: Playbook): void {
  const known: Readonly<Record<string, readonly string[]>> = {
    incident: FACT_NAMES,
    inputs: Object.keys(playbook.inputs),
    steps: listAllSteps(playbook).map(({ id }) => id),
  };
  for (const { text, node } of expressions) {
    const parsed = parseExpression(text);
    for (const [root = '', name] of parsed.ok ? parsed.value.paths : []) {
      const names = known[root];
      if (!names || name === undefined || names.includes(name)) continue;
      const detail = `"${root}" has no "${name}"; it has ${names.join(', ') || 'nothing'}.`;
      reader.report(node, 'playbook_unknown_name', detail);
    }
  }
}
