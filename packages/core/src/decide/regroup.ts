import type { AlertId, IncidentId } from '../shared/id.ts';
import { idOf } from '../shared/id.ts';
import type { Problem } from '../shared/problem.ts';
import type { Result } from '../shared/result.ts';
import { err, ok } from '../shared/result.ts';
import type { Verdict } from '../triage/alert.ts';
import type { Group, Memory } from './memory.ts';
import { isOpenGroup } from './memory.ts';
import { MAX_MEMBERS, moveInto, putTogether } from './placement.ts';

/*
 * Merging and splitting incidents by hand. Each teaches what the other takes back, so that a merge and
 * the split that undoes it leave everything as it was.
 */

/** Who does it, why and when. */
type Word = Omit<Verdict, 'kind'>;

const refuse = (code: Problem['code'], detail: string, hint: string): Result<never> =>
  err({ code, detail, hint, retryable: false });

const isClosed = (group: Group): Result<never> =>
  refuse('incident_closed', `INC-${group.number} is closed.`, 'Reopen it first.');

const rulesOf = (memory: Memory, ids: readonly AlertId[]): readonly string[] =>
  ids.flatMap((id) => memory.alerts.get(id)?.rule.id ?? []);

/** The second goes into the first and closes as its duplicate. */
export function mergeByHand(
  memory: Memory,
  [into, from]: readonly [Group, Group],
  word: Word,
): Result<void> {
  if (into.id === from.id)
    return refuse('bad_request', 'An incident cannot be merged into itself.', 'Name another one.');
  const closed = [into, from].find((group) => !isOpenGroup(group));
  if (closed) return isClosed(closed);
  if (into.alertIds.length + from.alertIds.length > MAX_MEMBERS)
    return refuse(
      'bad_request',
      `Together they hold more than ${MAX_MEMBERS} alerts.`,
      'Close one as a duplicate of the other instead.',
    );
  memory.learner.ties.teach(rulesOf(memory, into.alertIds), rulesOf(memory, from.alertIds), 1);
  const [one, other] = [without(into, from.id), without(from, into.id)];
  putTogether(memory, [one, other], { ...word, kind: 'duplicate' });
  return ok(undefined);
}

function without(group: Group, id: IncidentId): Group {
  const { apartFrom, ...rest } = group;
  const others = apartFrom?.filter((one) => one !== id) ?? [];
  return others.length === 0 ? rest : { ...rest, apartFrom: others };
}

const apart = (group: Group, id: IncidentId): Group => ({
  ...group,
  apartFrom: [...new Set([...(group.apartFrom ?? []), id])],
});

/**
 * Some alerts leave and are an incident of their own, that neither goes back by itself. Where they are
 * what a merge by hand brought in, that incident is there again and the merge is forgotten.
 */
export function splitByHand(
  memory: Memory,
  group: Group,
  { alertIds, word }: { readonly alertIds: readonly AlertId[]; readonly word: Word },
): Result<void> {
  if (!isOpenGroup(group)) return isClosed(group);
  const leaving = group.alertIds.filter((id) => alertIds.includes(id));
  const staying = group.alertIds.filter((id) => !alertIds.includes(id));
  if (leaving.length < new Set(alertIds).size)
    return refuse(
      'bad_request',
      `Not all of these alerts are in INC-${group.number}.`,
      'Load the incident again and choose among its alerts.',
    );
  if (leaving.length === 0 || staying.length === 0)
    return refuse('bad_request', 'Nothing would be split.', 'Choose some of its alerts, not all.');
  memory.learner.ties.teach(rulesOf(memory, staying), rulesOf(memory, leaving), -1);
  const merged = mergedBefore(memory, leaving);
  const own = merged ?? newGroup(memory, group, leaving);
  const why = `${word.by} took it out of INC-${group.number}: ${word.reason}`;
  const rest = { ...group, alertIds: staying };
  memory.putGroup(merged ? rest : apart(rest, own.id));
  moveInto(memory, merged ? own : apart(own, group.id), { alertIds: leaving, why });
  return ok(undefined);
}

function newGroup(memory: Memory, from: Group, leaving: readonly AlertId[]): Group {
  memory.lastNumber += 1;
  const id = idOf('inc', ['split', from.id, ...leaving]);
  return { id, number: memory.lastNumber, state: { status: 'new' }, revision: 0, alertIds: [] };
}

/** The incident that a person merged away and that held exactly these alerts. */
function mergedBefore(memory: Memory, leaving: readonly AlertId[]): Group | undefined {
  const wanted = new Set(leaving);
  const found = [...memory.groups.values()].find(
    ({ state, alertIds }) =>
      state.status === 'closed' &&
      state.verdict.kind === 'duplicate' &&
      alertIds.length === wanted.size &&
      alertIds.every((id) => wanted.has(id)),
  );
  return found && { ...found, state: { status: 'new' } };
}
