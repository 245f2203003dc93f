import { join } from 'node:path';
import { type Incident, type IncidentId, printProblem } from '@cordon/core';
import { openSqliteStateStore, type StateStore, toTimeline } from '@cordon/server';
import { printIncident } from '../print-investigation.ts';
import { isThere, loadSettings, neutraliseLines } from '../settings.ts';
import { createPaint, EXIT, isColoured, neutralise } from '../terminal.ts';

const PAGE = 200;

/** Explains an incident (`INC-3`, `3`, `inc_…`) or a record (`#17`: its offset) out of the state store. */
export async function runExplain(
  what: string,
  flags: { readonly config?: string; readonly data?: string },
): Promise<number> {
  const dataDir = flags.data ?? (await loadSettings(flags.config))?.dataDir;
  if (dataDir === undefined) return EXIT.failed;
  const file = join(dataDir, 'state.sqlite');
  if (!(await isThere(file))) {
    process.stderr.write(`There is no state store at ${neutralise(file)}.\n`);
    return EXIT.usage;
  }
  const store = await openSqliteStateStore({ file });
  try {
    const text = what.startsWith('#')
      ? await explainRecord(store, Number(what.slice(1)))
      : await explainIncident(store, what);
    process[text === undefined ? 'stderr' : 'stdout'].write(
      `${text ?? `There is nothing under ${neutralise(what)}. Ask for INC-<number> or #<record offset>.`}\n`,
    );
    return text === undefined ? EXIT.usage : EXIT.ok;
  } finally {
    await store.close();
  }
}

async function explainIncident(store: StateStore, what: string): Promise<string | undefined> {
  const incident = await findIncident(store, what);
  if (incident === undefined) return undefined;
  const [alerts, actions] = await Promise.all([
    store.listAlerts({ incidentId: incident.id, limit: PAGE }),
    store.listActions({ incidentId: incident.id, limit: PAGE }),
  ]);
  const timelines = { [incident.id]: toTimeline(incident, alerts.items, actions.items) };
  return printIncident(
    incident,
    { timelines },
    createPaint(isColoured(process.stdout, process.env)),
  );
}

async function findIncident(store: StateStore, what: string): Promise<Incident | undefined> {
  if (what.startsWith('inc_')) return store.getIncident(what as IncidentId);
  const number = Number(what.replace(/^INC-/i, ''));
  if (!Number.isInteger(number)) return undefined;
  let cursor: string | undefined;
  do {
    const page = await store.listIncidents({
      limit: PAGE,
      ...(cursor === undefined ? {} : { cursor }),
    });
    const found = page.items.find((incident) => incident.number === number);
    if (found) return found;
    cursor = page.nextCursor;
  } while (cursor !== undefined);
  return undefined;
}

async function explainRecord(store: StateStore, offset: number): Promise<string | undefined> {
  if (!Number.isInteger(offset) || offset < 0) return undefined;
  const { committedOffset } = await store.loadPipelineState();
  if (offset >= committedOffset)
    return `Record #${offset} is not accounted for yet: the pipeline is at #${committedOffset}.`;
  const signals = await store.signalsOf(offset);
  const letter = await findDeadLetter(store, offset);
  const lines = [
    ...signals.map(
      (signal) => `Signal of rule "${neutralise(signal.rule.title)}": ${neutralise(signal.text)}`,
    ),
    ...(letter
      ? [`Set aside in stage ${letter.stage}:\n${neutraliseLines(printProblem(letter.problem))}`]
      : []),
  ];
  return [
    `Record #${offset}`,
    ...(lines.length > 0 ? lines : ['It was read; no signal rests on it.']),
  ].join('\n');
}

async function findDeadLetter(store: StateStore, offset: number) {
  let cursor: string | undefined;
  do {
    const page = await store.listDeadLetters({
      limit: PAGE,
      ...(cursor === undefined ? {} : { cursor }),
    });
    const found = page.items.find((letter) => letter.offset === offset);
    if (found) return found;
    cursor = page.nextCursor;
  } while (cursor !== undefined);
  return undefined;
}
