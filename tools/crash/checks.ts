/* What must hold after every death, read from the data folder and from the target itself. */
import type { ActionRecord } from '@cordon/core';
import { type DataFolder, openDataFolder, presentConservation } from '@cordon/server';
import { HOLD_S } from './house.ts';
import { readNumber, type SentBook } from './load.ts';
import { type FirewallChange, isLasting, type Target } from './target.ts';

const PAGE = 5_000;
const ACTION_PAGE = 500;
/** A time limit is in whole seconds at the kernel, and a call takes a moment. */
const SLACK_MS = 2_000;

/** One thing that does not hold, with where to look. */
export interface Violation {
  readonly what: string;
  readonly where: string;
}

/** What was found in the record log so far; only what is new is read at every check. */
export interface FoundBook {
  readonly offsets: Map<number, number>;
  head: number;
}

export interface Found {
  readonly violations: readonly Violation[];
  readonly actions: readonly ActionRecord[];
  readonly records: number;
  readonly committed: number;
}

/** Every check on what a death left behind. */
export async function checkFolder(
  dataDir: string,
  of: { readonly sent: SentBook; readonly found: FoundBook; readonly target: Target },
): Promise<Found> {
  const folder = await openDataFolder(dataDir);
  if (!folder) return { violations: [], actions: [], records: 0, committed: 0 };
  try {
    const books = await checkBooks(folder);
    const records = await checkRecords(folder, of);
    const actions = await listActions(folder);
    return {
      actions,
      records: of.found.head,
      committed: books.committed,
      violations: [
        ...records,
        ...books.violations,
        ...(await checkAudit(folder)),
        ...checkDoneOnce(actions, of.target),
      ],
    };
  } finally {
    await folder.close();
  }
}

/** Nothing acknowledged is lost, nothing is there twice, nothing that was there went away. */
async function checkRecords(
  folder: DataFolder,
  { sent, found }: { readonly sent: SentBook; readonly found: FoundBook },
): Promise<readonly Violation[]> {
  const log = await folder.records();
  const violations: Violation[] = [];
  if (log.head() < found.head)
    violations.push({
      what: 'Records that were in the log are gone',
      where: `log head ${log.head()}, before ${found.head}`,
    });
  while (found.head < log.head()) {
    const records = await log.read(found.head, PAGE);
    if (records.length === 0) {
      violations.push({
        what: 'The log cannot be read to its head',
        where: `offset ${found.head}`,
      });
      break;
    }
    for (const record of records) {
      const n = readNumber(record.text);
      const before = found.offsets.get(n);
      if (before !== undefined)
        violations.push({
          what: `Record ${n} is there twice`,
          where: `offsets ${before} and ${record.offset}`,
        });
      if (!sent.sent.has(n))
        violations.push({ what: 'A record that nobody sent', where: `offset ${record.offset}` });
      found.offsets.set(n, record.offset);
      found.head = record.offset + 1;
    }
  }
  for (const n of sent.acknowledged)
    if (!found.offsets.has(n))
      violations.push({
        what: `Acknowledged record ${n} is lost`,
        where: `log head ${log.head()}`,
      });
  return violations;
}

/** In = sum of outs, at every moment that is on disk. */
async function checkBooks(
  folder: DataFolder,
): Promise<{ readonly committed: number; readonly violations: readonly Violation[] }> {
  const { committedOffset } = await folder.state.loadPipelineState();
  const head = (await folder.records()).head();
  const sum = presentConservation({ head, committedOffset }, await folder.state.listTallies());
  const violations: Violation[] = [];
  if (committedOffset > head)
    violations.push({
      what: 'More is accounted for than was taken',
      where: `offset ${committedOffset} of ${head}`,
    });
  if (!sum.holds)
    violations.push({
      what: `The books do not balance by ${sum.difference}`,
      where: JSON.stringify(sum),
    });
  return { committed: committedOffset, violations };
}

async function checkAudit({ state }: DataFolder): Promise<readonly Violation[]> {
  const { problem, entries } = await state.verifyAudit();
  return problem ? [{ what: problem.detail, where: `audit trail of ${entries} lines` }] : [];
}

async function listActions({ state }: DataFolder): Promise<readonly ActionRecord[]> {
  const all: ActionRecord[] = [];
  let cursor: string | undefined;
  do {
    const page = await state.listActions({
      limit: ACTION_PAGE,
      ...(cursor === undefined ? {} : { cursor }),
    });
    all.push(...page.items);
    cursor = page.nextCursor;
  } while (cursor !== undefined);
  return all;
}

function groupBy<T>(items: readonly T[], keyOf: (item: T) => string): ReadonlyMap<string, T[]> {
  const groups = new Map<string, T[]>();
  for (const item of items) groups.set(keyOf(item), [...(groups.get(keyOf(item)) ?? []), item]);
  return groups;
}

const changesOf = (
  changes: readonly FirewallChange[],
): ReadonlyMap<string, readonly FirewallChange[]> =>
  groupBy(
    changes.filter((change) => change.isDone),
    (change) => change.ip,
  );

/** By the target's own record: no block and no notice more often than there are actions for it. */
export function checkDoneOnce(
  actions: readonly ActionRecord[],
  target: Target,
): readonly Violation[] {
  const wanted = groupBy(
    actions.filter((action) => action.verb === 'net.ip.block'),
    (action) => action.target.id,
  );
  const twice = [...changesOf(target.changes())].flatMap(([ip, changes]) => {
    const adds = changes.filter((change) => change.verb === 'add').length;
    const most = wanted.get(ip)?.length ?? 0;
    return adds > most
      ? [
          {
            what: `${ip} was blocked ${adds} times for ${most} actions`,
            where: locate(wanted.get(ip)),
          },
        ]
      : [];
  });
  const notices = [...target.notices]
    .filter(([, count]) => count > 1)
    .map(([id, count]) => ({ what: `A notice was sent ${count} times`, where: id }));
  return [...twice, ...notices];
}

const locate = (actions: readonly ActionRecord[] | undefined): string =>
  (actions ?? [])
    .map(
      ({ id, status, journal }) =>
        `${id} ${status}: ${journal.map(({ at, phase, text }) => `${at} ${phase} ${text}`).join(' | ')}`,
    )
    .join('\n    ') || 'no action in the ledger';

/** Addresses whose time is over and that are blocked all the same. */
export function listOverdue(target: Target, now: number): readonly string[] {
  const changes = changesOf(target.changes());
  return target.blocked().filter((ip) => {
    const first = changes.get(ip)?.find((change) => change.verb === 'add');
    return first !== undefined && first.at + HOLD_S * 1_000 + SLACK_MS < now;
  });
}

/** How late Cordon lifted what the kernel would have kept, in milliseconds, counted from when it could. */
export function measureLateness(target: Target, readyAt: readonly number[]): readonly number[] {
  return [...changesOf(target.changes())]
    .filter(([ip]) => isLasting(ip))
    .flatMap(([, changes]) => {
      const added = changes.find((change) => change.verb === 'add');
      const lifted = changes.find((change) => change.verb === 'delete');
      if (!added || !lifted) return [];
      const dueAt = added.at + HOLD_S * 1_000;
      const couldAt = readyAt.filter((at) => at <= lifted.at).at(-1) ?? dueAt;
      return [Math.max(0, lifted.at - Math.max(dueAt, couldAt))];
    });
}

/** What must hold once the product had time to finish: everybody answered, everything ended. */
export function checkFinished(
  actions: readonly ActionRecord[],
  of: { readonly sent: SentBook; readonly target: Target },
): readonly Violation[] {
  const blocks = groupBy(actions, (action) => action.target.id);
  const unanswered = [...of.sent.attackers]
    .filter((ip) => !blocks.has(ip))
    .map((ip) => ({
      what: `The attack of ${ip} was not answered`,
      where: 'no action in the ledger',
    }));
  const ENDED = ['undone', 'done', 'uncertain', 'failed'];
  const open = actions
    .filter((action) => !ENDED.includes(action.status))
    .map((action) => ({ what: `An action is ${action.status}`, where: locate([action]) }));
  const left = of.target
    .blocked()
    .map((ip) => ({ what: `${ip} is still blocked`, where: locate(blocks.get(ip)) }));
  return [...unanswered, ...open, ...left];
}
