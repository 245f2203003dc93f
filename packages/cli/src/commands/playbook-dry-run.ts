import {
  type DryRun,
  fillInputs,
  type Incident,
  type Json,
  type JsonObject,
  listRuns,
  type Planned,
  type Playbook,
  planRun,
  printDuration,
  printPlanned,
  readWanted,
} from '@cordon/core';
import { withData } from '../data.ts';
import { readPages } from '../pages.ts';
import { readPlaybooks, say } from '../playbook-files.ts';
import type { RuleFlags } from '../rules-settings.ts';
import { EXIT, neutralise, toJsonLine } from '../terminal.ts';

export interface DryRunFlags extends RuleFlags {
  readonly input?: readonly string[];
}

/** What a playbook would have done about an incident that is stored; nothing is touched. */
export async function runPlaybookDryRun(
  ...[what, incidentText, flags]: readonly [string, string, DryRunFlags]
): Promise<number> {
  const read = await readPlaybooks(what, flags);
  const playbook = read?.own[0];
  if (!read || !playbook) return EXIT.usage;
  return withData(flags, async ({ folder }) => {
    const number = Number(/^(?:INC-)?(\d+)$/i.exec(incidentText)?.[1] ?? Number.NaN);
    const incidents = await readPages((page) => folder.state.listIncidents(page));
    const incident = incidents.find((one) => one.id === incidentText || one.number === number);
    if (!incident) {
      process.stderr.write(`There is no incident ${neutralise(incidentText)}.\n`);
      return EXIT.usage;
    }
    const inputs = fillInputs(playbook, readInputs(flags.input ?? []));
    if (!inputs.ok) {
      process.stderr.write(`${inputs.problem.detail}\n  hint: --input name=value\n`);
      return EXIT.usage;
    }
    return tell({ playbook, incident, all: read.all, inputs: inputs.value, flags });
  });
}

function readInputs(given: readonly string[]): Record<string, Json> {
  return Object.fromEntries(
    given.map((one) => {
      const cut = one.indexOf('=');
      return [one.slice(0, cut), readValue(one.slice(cut + 1))];
    }),
  );
}

function readValue(text: string): Json {
  if (!/^(?:-?\d+(?:\.\d+)?|true|false|\[.*\])$/s.test(text)) return text;
  try {
    return JSON.parse(text) as Json;
  } catch {
    return text;
  }
}

interface Told {
  readonly playbook: Playbook;
  readonly incident: Incident;
  readonly all: readonly Playbook[];
  readonly inputs: JsonObject;
  readonly flags: DryRunFlags;
}

function tell({ playbook, incident, all, inputs, flags }: Told): number {
  const order = { why: '', at: incident.lastAt, inputs, all };
  const runs = listRuns(playbook, incident, order).map((run): DryRun & { readonly item: Json } => ({
    item: run.inputs['item'] ?? null,
    ...planRun(run),
  }));
  const wanted = readWanted(playbook, incident);
  const wouldStart = wanted.ok && wanted.value;
  const count = runs.reduce((sum, { planned }) => sum + planned.length, 0);
  if (flags.json) process.stdout.write(`${toJsonLine({ wouldStart, runs })}\n`);
  else print({ playbook, incident, runs, wouldStart });
  return count === 0 ? EXIT.ok : EXIT.found;
}

function print(of: {
  readonly playbook: Playbook;
  readonly incident: Incident;
  readonly runs: readonly (DryRun & { readonly item: Json })[];
  readonly wouldStart: boolean;
}): void {
  const { playbook, incident, runs } = of;
  const itself = of.wouldStart ? 'would start by itself' : 'would not start by itself';
  const start = playbook.on === undefined ? 'is started by hand' : itself;
  say(`INC-${incident.number} ${incident.title}: "${playbook.title}" ${start}`);
  for (const run of runs) for (const line of toLines(run)) say(line);
  if (runs.length === 0) say('  no value to run over: nothing would be done');
}

function toLines(run: DryRun & { readonly item: Json }): readonly string[] {
  const { item, planned, status, text, waitedMs } = run;
  const name = typeof item === 'string' ? item : JSON.stringify(item);
  const waited = waitedMs > 0 ? ` after waiting ${printDuration(waitedMs)}` : '';
  return [
    ...(item === null ? [] : [`for ${name}:`]),
    ...planned.map((one) => `  would ${printPlanned(one)}${toHold(one)}`),
    `  ends as ${status}${waited}: ${text}`,
  ];
}

const toHold = (planned: Planned): string =>
  planned.kind === 'act' && planned.ttlMs !== undefined
    ? `, for ${printDuration(planned.ttlMs)}`
    : '';
