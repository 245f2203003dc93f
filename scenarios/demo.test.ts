import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import {
  type ActionRecord,
  type Alert,
  createAnalyst,
  type Incident,
  type RawRecord,
  selectPlaybooks,
  toEpochMs,
} from '@cordon/core';
import { createSandboxEdr, createSandboxFirewall } from '@cordon/extensions';
import { expect, it } from 'vitest';
import { loadPlaybooks } from '../packages/server/src/content/playbooks.ts';
import { createFiller, parseStory, type Story, toCues } from '../packages/server/src/demo/story.ts';
import { loadEngines } from '../packages/server/src/investigate/load-engines.ts';
import { toTallies } from '../packages/server/src/pipeline/books.ts';
import { createRunner } from '../packages/server/src/runner/runner.ts';
import { createMemoryEventStore } from '../packages/server/src/store/memory/memory-event-store.ts';
import { createMemoryStateStore } from '../packages/server/src/store/memory/memory-state-store.ts';

/*
 * The bundled story, golden: its records through the offline pipeline, one batch for each second, and
 * what its playbooks do to sandboxes. `expected.json` is what it must come to, whole.
 */

const START = Date.UTC(2026, 9, 5, 9);
const SECOND = 1_000;
const pathTo = (name: string): string => fileURLToPath(new URL(name, import.meta.url));

function readStory(): Story {
  const story = parseStory(readFileSync(pathTo('demo/story.yml'), 'utf8'), 'story.yml');
  if (!story.ok) throw new Error(story.problem.detail);
  return story.value;
}

function toRecords(story: Story): readonly RawRecord[] {
  const fill = createFiller(story.lists, 20_260);
  return toCues(story).map(({ atMs, template }, offset) => ({
    offset,
    sourceId: 'demo',
    receivedAt: toEpochMs(START + atMs),
    text: fill(template, new Date(START + atMs)),
  }));
}

function toBatches(records: readonly RawRecord[]): readonly (readonly RawRecord[])[] {
  const batches = new Map<number, RawRecord[]>();
  for (const record of records) {
    const second = Math.floor((record.receivedAt - START) / SECOND);
    batches.set(second, [...(batches.get(second) ?? []), record]);
  }
  return [...batches.values()];
}

/** The pipeline and the runner in memory, with a clock that only the story moves. */
async function play(story: Story) {
  const clock = { at: START };
  const now = () => toEpochMs(clock.at);
  const content = pathTo('../content');
  const { engines } = await loadEngines(content, { decider: { benign: story.benign } });
  const { values: playbooks } = await loadPlaybooks(`${content}/playbooks`);
  const analyst = createAnalyst(engines);
  const store = createMemoryStateStore();
  const events = createMemoryEventStore();
  const sandboxes = [createSandboxEdr(now), createSandboxFirewall(now)];
  const runner = await createRunner({
    store,
    events,
    playbooks,
    connectors: sandboxes.map(({ connector }) => ({
      id: connector.id,
      definition: connector,
      config: {},
    })),
    config: { mode: 'enforce' },
    now,
  });
  for (const batch of toBatches(toRecords(story))) {
    clock.at = batch.at(-1)?.receivedAt ?? clock.at;
    const { outcomes, setAside, signals, decisions, events: seen } = analyst.analyse(batch);
    expect(setAside).toEqual([]);
    events.add(seen);
    await store.commitBatch({
      committedOffset: (batch.at(-1)?.offset ?? 0) + 1,
      tallies: toTallies(outcomes),
      deadLetters: [],
      signals,
      ...decisions,
      runs: decisions.incidents.flatMap((one) => selectPlaybooks(one, playbooks, now())),
    });
    await runner.tick();
  }
  return store;
}

const byText = (a: string, b: string): number => (a < b ? -1 : 1);

function tellIncident(incident: Incident, alerts: readonly Alert[]) {
  const { origin } = incident;
  return {
    number: incident.number,
    title: incident.title,
    status: incident.state.status,
    level: incident.priority.level,
    tactics: [...incident.tactics].sort(byText),
    origin:
      origin.kind === 'found'
        ? origin.hypotheses.map(({ entity, entryVector }) => `${entity.id}: ${entryVector}`)
        : [],
    originText: origin.text,
    alerts: alerts
      .filter(({ state }) => state.status === 'in_incident' && state.incidentId === incident.id)
      .map(({ rule, state }) => `${rule.title}: ${state.status === 'in_incident' && state.why}`)
      .sort(byText),
  };
}

const tellEnd = ({ rule, state }: Alert): string =>
  state.status === 'closed'
    ? `${rule.title}: ${state.verdict.kind} by ${state.verdict.by}: ${state.verdict.reason}`
    : `${rule.title}: ${state.status}`;

const tellAction = ({ verb, target, connectorId, status, reason }: ActionRecord): string =>
  `${verb} ${target.id} by ${connectorId}: ${status} (${reason})`;

it('gives a snapshot of what it knows that nothing changes any more', async () => {
  const { engines } = await loadEngines(pathTo('../content'), { decider: { benign: [] } });
  const analyst = createAnalyst(engines);
  const records = toRecords(readStory());
  const half = records.length / 2;
  analyst.analyse(records.slice(0, half));
  const taken = analyst.snapshot();
  const text = JSON.stringify(taken);
  analyst.analyse(records.slice(half));
  expect(JSON.stringify(taken) === text).toBe(true);
});

it('tells one attack from the mail to the theft, the brute force, and what was harmless', async () => {
  const store = await play(readStory());
  const [incidents, alerts, actions] = await Promise.all([
    store.listIncidents({ limit: 100 }),
    store.listAlerts({ limit: 100 }),
    store.listActions({ limit: 100 }),
  ]);
  const told = {
    incidents: [...incidents.items]
      .sort((a, b) => a.number - b.number)
      .map((one) => tellIncident(one, alerts.items)),
    outsideOfIncidents: alerts.items
      .filter(({ state }) => state.status !== 'in_incident')
      .map(tellEnd)
      .sort(byText),
    actions: actions.items.map(tellAction).sort(byText),
  };
  expect(told).toEqual(JSON.parse(readFileSync(pathTo('demo/expected.json'), 'utf8')));
});
