import type { ActionRecord, Notice } from '@cordon/core';
import { type Config, type DataFolder, HEALTH_SETTING, presentConservation } from '@cordon/server';
import { readPages } from './pages.ts';
import { askServer, type ServerHealth } from './server-health.ts';

const ATTEMPTS = 10;
const READ_RECORDS = 2_000;
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
  /** What the server last saw that is not well about taking in, and when it looked. */
  readonly health?: HealthNote;
  /** What is not well, in sentences; empty when all is. */
  readonly trouble: readonly string[];
}

/** How the records of one source ended. */
export interface SourceStatus {
  readonly id: string;
  readonly outcomes: Readonly<Record<string, number>>;
  /** Records of it that wait, and since when; exact, from the record log itself. */
  readonly waiting: number;
  readonly oldestWaitingAt?: number;
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

/** What the data folder holds, and what the server answers. */
export async function readStatus(folder: DataFolder, config: Config | undefined): Promise<Status> {
  const { state } = folder;
  const books = await readBooks(folder);
  const [server, counts, held, waiting, unsure, health] = await Promise.all([
    askServer(config),
    state.counts(),
    readPages((page) => state.listActions({ ...page, status: HELD })),
    readPages((page) => state.listActions({ ...page, status: WAITING })),
    readPages((page) => state.listActions({ ...page, status: UNSURE })),
    readHealth(state),
  ]);
  const conservation = presentConservation(books, books.tallies);
  return {
    dataDir: folder.dir,
    server,
    conservation,
    sources: await sumBySource(folder, books),
    ...(health ? { health } : {}),
    incidents: counts.incidents,
    alerts: counts.alerts,
    actions: {
      held: held.map(toHeld),
      awaitingApproval: waiting.length,
      uncertain: unsure.length,
    },
    trouble: listTrouble(conservation, unsure.length, health),
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

/** Ends by source, and what waits, counted in the record log. */
async function sumBySource(
  folder: DataFolder,
  books: { readonly tallies: Tallies; readonly committedOffset: number },
): Promise<readonly SourceStatus[]> {
  const sources = new Map<
    string,
    { outcomes: Record<string, number>; waiting: number; at?: number }
  >();
  const of = (id: string) => {
    const known = sources.get(id) ?? { outcomes: {}, waiting: 0 };
    sources.set(id, known);
    return known;
  };
  for (const { sourceId, outcome, count } of books.tallies) {
    const { outcomes } = of(sourceId);
    outcomes[outcome] = (outcomes[outcome] ?? 0) + count;
  }
  for await (const { sourceId, receivedAt } of readWaiting(folder, books.committedOffset)) {
    const source = of(sourceId);
    source.waiting += 1;
    source.at ??= receivedAt;
  }
  return [...sources]
    .map(([id, { outcomes, waiting, at }]) => ({
      id,
      outcomes,
      waiting,
      ...(at === undefined ? {} : { oldestWaitingAt: at }),
    }))
    .sort((a, b) => (a.id < b.id ? -1 : 1));
}

async function* readWaiting(folder: DataFolder, from: number) {
  const log = await folder.records();
  for (let offset = Math.max(from, log.tail()); ; ) {
    const records = await log.read(offset, READ_RECORDS);
    const last = records.at(-1);
    if (last === undefined) return;
    yield* records;
    offset = last.offset + 1;
  }
}

/** What the server writes down every half minute and whenever an alarm comes or goes. */
export interface HealthNote {
  readonly at: number;
  readonly notices: readonly Notice[];
  readonly sources: readonly SourceNote[];
}

/** What the server last measured of one source; the same numbers as in `/metrics`. */
export interface SourceNote {
  readonly sourceId: string;
  /** Share of its newest records that nothing could read. */
  readonly failureShare: number;
  /** Its clock minus the server's, where that is known. */
  readonly skewMs?: number;
}

async function readHealth({ getSetting }: DataFolder['state']): Promise<HealthNote | undefined> {
  const saved = (await getSetting(HEALTH_SETTING)) as unknown as HealthNote | undefined;
  return saved && Array.isArray(saved.notices)
    ? { at: saved.at, notices: saved.notices, sources: saved.sources ?? [] }
    : undefined;
}

function listTrouble(
  { holds, difference }: Status['conservation'],
  unsure: number,
  health: HealthNote | undefined,
): readonly string[] {
  const sentences = (health?.notices ?? []).map(({ sourceId, text, hint }) =>
    [sourceId === undefined ? text : `${sourceId}: ${text}`, hint].join(' '),
  );
  return [
    ...(holds ? [] : [`The books do not balance: ${difference} records are unaccounted for.`]),
    ...(unsure > 0
      ? [`${unsure} actions are uncertain or could not be undone: a person must look.`]
      : []),
    ...sentences,
  ];
}

const toHeld = (action: ActionRecord): HeldAction => ({
  id: action.id,
  verb: action.verb,
  target: action.target.id,
  connector: action.connectorId,
  status: action.status,
  ...(action.deadlineAt === undefined ? {} : { until: action.deadlineAt }),
});
