import type { ActionRecord } from '@cordon/core';
import { type Config, type DataFolder, presentConservation } from '@cordon/server';
import { type DataFlags, withData } from '../data.ts';
import { readPages } from '../pages.ts';
import { printStatus } from '../print-status.ts';
import { askServer, type ServerHealth } from '../server-health.ts';
import { createPaint, EXIT, isColoured, toJsonLine } from '../terminal.ts';

const ATTEMPTS = 10;
const HELD = ['applied', 'held', 'undoing'] as const;
const WAITING = ['awaiting_approval'] as const;
const UNSURE = ['uncertain', 'undo_failed'] as const;

/** Everything `cordon status` knows. */
export interface Status {
  readonly dataDir: string;
  readonly server: ServerHealth;
  readonly conservation: ReturnType<typeof presentConservation>;
  readonly sources: readonly SourceStatus[];
  readonly incidents: Readonly<Record<string, number>>;
  readonly alerts: Readonly<Record<string, number>>;
  readonly actions: {
    readonly held: readonly HeldAction[];
    readonly awaitingApproval: number;
    readonly uncertain: number;
  };
  /** What is not well, in sentences; empty when all is. */
  readonly trouble: readonly string[];
}

/** How the records of one source ended. */
export interface SourceStatus {
  readonly id: string;
  readonly outcomes: Readonly<Record<string, number>>;
}

/** One effect that is in the world now. */
export interface HeldAction {
  readonly id: string;
  readonly verb: string;
  readonly target: string;
  readonly connector: string;
  readonly status: string;
  readonly until?: number;
}

/** Sources with the conservation equation, health, queue, actions held; exit 3 when something is not well. */
export const runStatus = (flags: DataFlags & { readonly json?: boolean }): Promise<number> =>
  withData(flags, async ({ folder, config }) => {
    const status = await readStatus(folder, config);
    const text = flags.json
      ? toJsonLine(status)
      : printStatus(status, createPaint(isColoured(process.stdout, process.env)));
    process.stdout.write(`${text}\n`);
    return status.trouble.length === 0 ? EXIT.ok : EXIT.found;
  });

async function readStatus(folder: DataFolder, config: Config | undefined): Promise<Status> {
  const { state } = folder;
  const books = await readBooks(folder);
  const [server, counts, held, waiting, unsure] = await Promise.all([
    askServer(config),
    state.counts(),
    readPages((page) => state.listActions({ ...page, status: HELD })),
    readPages((page) => state.listActions({ ...page, status: WAITING })),
    readPages((page) => state.listActions({ ...page, status: UNSURE })),
  ]);
  const conservation = presentConservation(books, books.tallies);
  return {
    dataDir: folder.dir,
    server,
    conservation,
    sources: sumBySource(books.tallies),
    incidents: counts.incidents,
    alerts: counts.alerts,
    actions: {
      held: held.map(toHeld),
      awaitingApproval: waiting.length,
      uncertain: unsure.length,
    },
    trouble: [
      ...(conservation.holds
        ? []
        : [`The books do not balance: ${conservation.difference} records are unaccounted for.`]),
      ...(unsure.length > 0
        ? [`${unsure.length} actions are uncertain or could not be undone: a person must look.`]
        : []),
    ],
  };
}

type Tallies = Awaited<ReturnType<DataFolder['state']['listTallies']>>;

/** Tallies and offset of the same batch, then the log, which can only be further on. */
async function readBooks({ state, records }: DataFolder) {
  for (let attempt = 1; ; attempt += 1) {
    const { committedOffset } = await state.loadPipelineState();
    const tallies = await state.listTallies();
    const after = (await state.loadPipelineState()).committedOffset;
    if (after === committedOffset || attempt === ATTEMPTS)
      return { committedOffset: after, tallies, head: (await records()).head() };
  }
}

function sumBySource(tallies: Tallies): readonly SourceStatus[] {
  const sources = new Map<string, Record<string, number>>();
  for (const { sourceId, outcome, count } of tallies) {
    const outcomes = sources.get(sourceId) ?? {};
    outcomes[outcome] = (outcomes[outcome] ?? 0) + count;
    sources.set(sourceId, outcomes);
  }
  return [...sources]
    .map(([id, outcomes]) => ({ id, outcomes }))
    .sort((a, b) => (a.id < b.id ? -1 : 1));
}

const toHeld = (action: ActionRecord): HeldAction => ({
  id: action.id,
  verb: action.verb,
  target: action.target.id,
  connector: action.connectorId,
  status: action.status,
  ...(action.deadlineAt === undefined ? {} : { until: action.deadlineAt }),
});
