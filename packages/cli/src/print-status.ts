import type { HeldAction, SourceNote, SourceStatus, Status } from './read-status.ts';
import type { ServerHealth } from './server-health.ts';
import { neutralise, type Paint } from './terminal.ts';

const ENDS = [
  'parsed',
  'unparsed',
  'skipped',
  'dead_letter',
  'refused',
  'dropped_udp',
  'duplicate',
] as const;
const ACCEPTED = ['parsed', 'unparsed', 'skipped', 'dead_letter'] as const;
const MAX_HELD = 20;

/** The status as text. */
export function printStatus(status: Status, paint: Paint): string {
  const { conservation: books, incidents, alerts, actions } = status;
  const equation = `${books.accepted} accepted ${books.holds ? '=' : 'IS NOT'} ${books.parsed} parsed + ${books.unparsed} unparsed + ${books.skipped} skipped + ${books.dead_letter} dead letters + ${books.pending} waiting`;
  const more = actions.held.length - MAX_HELD;
  return [
    `${paint.bold('Server')}     ${printHealth(status.server)}`,
    `${paint.bold('Data')}       ${neutralise(status.dataDir)}`,
    `${paint.bold('Books')}      ${equation}`,
    `           never entered: ${books.refused} refused, ${books.dropped_udp} dropped by the kernel, ${books.duplicate} sent twice`,
    `${paint.bold('Queue')}      ${books.pending} records wait for the pipeline`,
    `${paint.bold('Incidents')}  ${printCounts(incidents)}`,
    `${paint.bold('Alerts')}     ${printCounts(alerts)}`,
    `${paint.bold('Actions')}    ${actions.held.length} held, ${actions.awaitingApproval} wait for approval, ${actions.uncertain} uncertain`,
    ...actions.held.slice(0, MAX_HELD).map(printHeld),
    ...(more > 0 ? [`           ${more} more with --json`] : []),
    `${paint.bold('Sources')}    ${status.sources.length === 0 ? 'none has sent anything yet' : ''}`.trimEnd(),
    ...printSources(status.sources, { now: Date.now(), notes: status.health?.sources ?? [] }),
    ...status.trouble.map((line) => `${paint.level('P1', 'Trouble')}    ${neutralise(line)}`),
    ...(status.health
      ? [`           as the server saw it at ${new Date(status.health.at).toISOString()}`]
      : []),
  ].join('\n');
}

const printCounts = (counts: Readonly<Record<string, number>>): string =>
  Object.entries(counts)
    .map(([name, count]) => `${count} ${name.replaceAll('_', ' ')}`)
    .join(', ');

function printHealth(server: ServerHealth): string {
  switch (server.kind) {
    case 'unknown':
      return 'not asked (no configuration was named)';
    case 'silent':
      return `nothing answers at ${neutralise(server.url)}`;
    case 'answers':
      return `one answers at ${neutralise(server.url)}: ${neutralise(server.status)}`;
  }
}

const printHeld = (action: HeldAction): string =>
  neutralise(
    `           ${action.verb} ${action.target} by ${action.connector}, ${action.status}${action.until === undefined ? '' : ` until ${new Date(action.until).toISOString()}`}`,
  );

const MEASURED = ['unread', 'clock s'] as const;

const printMeasured = (note: SourceNote | undefined): readonly string[] => [
  note === undefined ? '-' : `${Math.round(note.failureShare * 100)} %`,
  note?.skewMs === undefined ? '-' : String(Math.round(note.skewMs / 1_000)),
];

/** A table with one column for each way a record can end, and what the server measured. */
function printSources(
  sources: readonly SourceStatus[],
  { now, notes }: { readonly now: number; readonly notes: readonly SourceNote[] },
): readonly string[] {
  if (sources.length === 0) return [];
  const rows = [
    ['', 'accepted', 'waiting', 'lag s', ...ENDS.map((end) => end.replace('_', ' ')), ...MEASURED],
    ...sources.map(({ id, outcomes, waiting, oldestWaitingAt }) => [
      neutralise(id),
      String(waiting + ACCEPTED.reduce((sum, end) => sum + (outcomes[end] ?? 0), 0)),
      String(waiting),
      oldestWaitingAt === undefined
        ? '0'
        : String(Math.max(0, Math.round((now - oldestWaitingAt) / 1_000))),
      ...ENDS.map((end) => String(outcomes[end] ?? 0)),
      ...printMeasured(notes.find(({ sourceId }) => sourceId === id)),
    ]),
  ];
  const widths =
    rows[0]?.map((_, at) => Math.max(...rows.map((row) => row[at]?.length ?? 0))) ?? [];
  return rows.map(
    (row) =>
      `  ${row.map((cell, at) => (at === 0 ? cell.padEnd(widths[at] ?? 0) : cell.padStart(widths[at] ?? 0))).join('  ')}`,
  );
}
