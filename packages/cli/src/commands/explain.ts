import {
  type ActionRecord,
  type Alert,
  type Incident,
  type IncidentId,
  toEpochMs,
} from '@cordon/core';
import { type DataFolder, loadContent, type StateStore, toTimeline } from '@cordon/server';
import { contentDir } from '../content-dir.ts';
import { type DataFlags, withData } from '../data.ts';
import { readPages } from '../pages.ts';
import { printIncident } from '../print-investigation.ts';
import { printRecord } from '../print-record.ts';
import { explainText, type RecordExplanation } from '../record-explanation.ts';
import { createPaint, EXIT, isColoured, neutralise, toJsonLine } from '../terminal.ts';

/** What `cordon explain` was asked about, by the form of the argument. */
export type Subject =
  | { readonly kind: 'record'; readonly offset: number }
  | { readonly kind: 'incident'; readonly id: IncidentId }
  | { readonly kind: 'incident_number'; readonly number: number }
  | { readonly kind: 'line'; readonly text: string };

export interface ExplainFlags extends DataFlags {
  readonly json?: boolean;
  readonly content?: string;
  readonly line?: boolean;
}

const HEADER_SEARCH = 200;
const HEADER_LINES = 16;

/** `#17` is a record, `INC-3`, `3` and `inc_…` an incident; everything else is a line of log. */
export function toSubject(what: string): Subject {
  const record = /^#(\d{1,15})$/.exec(what);
  if (record) return { kind: 'record', offset: Number(record[1]) };
  const number = /^(?:INC-)?(\d{1,9})$/i.exec(what);
  if (number) return { kind: 'incident_number', number: Number(number[1]) };
  if (/^inc_[A-Za-z0-9_-]+$/.test(what)) return { kind: 'incident', id: what as IncidentId };
  return { kind: 'line', text: what };
}

/** Explains a line, a record or an incident; a line needs no data folder. */
export async function runExplain(what: string, flags: ExplainFlags): Promise<number> {
  const subject: Subject = flags.line ? { kind: 'line', text: what } : toSubject(what);
  if (subject.kind === 'line') return explainLine(subject.text, flags);
  return withData(flags, async ({ folder }) => {
    if (subject.kind === 'record') return explainRecord(folder, subject.offset, flags);
    const incident =
      subject.kind === 'incident'
        ? await folder.state.getIncident(subject.id)
        : await findNumber(folder.state, subject.number);
    return incident ? explainIncident(folder.state, incident, flags) : tellNothing(what);
  });
}

function tellNothing(what: string): number {
  process.stderr.write(
    `There is nothing under ${neutralise(what)}.\n  hint: INC-<number> or inc_<id> for an incident, #<offset> for a record, or a line of log in quotes\n`,
  );
  return EXIT.usage;
}

const paint = () => createPaint(isColoured(process.stdout, process.env));

function write(flags: ExplainFlags, value: unknown, print: () => string): number {
  process.stdout.write(`${flags.json ? toJsonLine(value) : print()}\n`);
  return EXIT.ok;
}

async function explainLine(text: string, flags: ExplainFlags): Promise<number> {
  const content = await loadContent(flags.content ?? contentDir());
  const record = { offset: 0, sourceId: 'line', receivedAt: toEpochMs(Date.now()), text };
  const explanation = explainText(content, record);
  return write(flags, explanation, () => printRecord(explanation, paint()));
}

async function explainRecord(
  folder: DataFolder,
  offset: number,
  flags: ExplainFlags,
): Promise<number> {
  const records = await folder.records();
  const record = await records.get(offset);
  const { committedOffset } = await folder.state.loadPipelineState();
  if (record === undefined && offset >= committedOffset) return tellNothing(`#${offset}`);
  const [signals, letters, content] = await Promise.all([
    folder.state.signalsOf(offset),
    readPages((page) => folder.state.listDeadLetters(page)),
    loadContent(flags.content ?? contentDir()),
  ]);
  const letter = letters.find((one) => one.offset === offset);
  const explanation: RecordExplanation = {
    ...(record ? explainText(content, record, await findHeader(records, record)) : { offset }),
    isAccounted: offset < committedOffset,
    signals,
    ...(letter ? { setAside: { stage: letter.stage, problem: letter.problem } } : {}),
  };
  return write(flags, explanation, () => printRecord(explanation, paint()));
}

type Records = Awaited<ReturnType<DataFolder['records']>>;
type Stored = NonNullable<Awaited<ReturnType<Records['get']>>>;

/** The header lines of a table that the record's source sent before it. */
async function findHeader(records: Records, record: Stored) {
  if (!record.text.includes('\t')) return [];
  const found = await records.search({ text: '#fields', limit: HEADER_SEARCH });
  const fields = found.find(
    ({ offset, sourceId, text }) =>
      offset < record.offset && sourceId === record.sourceId && text.startsWith('#fields'),
  );
  if (!fields) return [];
  const around = await records.read(Math.max(0, fields.offset - HEADER_LINES), 2 * HEADER_LINES);
  return around.filter(
    ({ offset, sourceId, text }) =>
      offset < record.offset && sourceId === record.sourceId && text.startsWith('#'),
  );
}

async function explainIncident(
  state: StateStore,
  incident: Incident,
  flags: ExplainFlags,
): Promise<number> {
  const [alerts, actions]: [readonly Alert[], readonly ActionRecord[]] = await Promise.all([
    readPages((page) => state.listAlerts({ ...page, incidentId: incident.id })),
    readPages((page) => state.listActions({ ...page, incidentId: incident.id })),
  ]);
  const timeline = toTimeline(incident, alerts, actions);
  return write(flags, { incident, alerts, actions, timeline }, () =>
    [
      printIncident(incident, { timelines: { [incident.id]: timeline } }, paint()),
      ...printRecords(alerts),
    ].join('\n'),
  );
}

const SHOWN_RECORDS = 10;

/** The records an incident rests on, so that each can be asked about in turn. */
function printRecords(alerts: readonly Alert[]): readonly string[] {
  const offsets = [...new Set(alerts.flatMap((alert) => alert.offsets))];
  const shown = offsets.slice(0, SHOWN_RECORDS).map((offset) => `#${offset}`);
  if (shown.length === 0) return [];
  const more = offsets.length > shown.length ? ` and ${offsets.length - shown.length} more` : '';
  return [`    Records ${shown.join(' ')}${more}; ask with: cordon explain '${shown[0]}'`];
}

const findNumber = async (state: StateStore, number: number): Promise<Incident | undefined> =>
  (await readPages((page) => state.listIncidents(page))).find(
    (incident) => incident.number === number,
  );
