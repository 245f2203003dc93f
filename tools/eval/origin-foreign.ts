import { join } from 'node:path';
import { type Alert, createDecider, type Decider, type Incident } from '@cordon/core';
import {
  type AlertLabel,
  type Occurrence,
  organisationsIn,
  readAlerts,
  readLabels,
  toOccurrences,
} from './alert-stream.ts';
import { readText, toRow, toText } from './files.ts';
import type { EvaluationInput } from './kind.ts';
import { type OriginClaim, toOriginClaim } from './origin-claim.ts';
import { renameAlerts } from './rename-alerts.ts';
import { SEEDS, toMedian } from './seeds.ts';

/*
 * Origin over the alerts of other products, in a house of which nothing was learnt yet. Claimed is the
 * origin of every incident, and of every alert that no incident holds; labels only tell which of these
 * claims is the one about an attack.
 */

interface Claimed extends OriginClaim {
  /** Rows of the stream, by alert. */
  readonly rows: readonly (readonly number[])[];
  readonly firstHost: string | undefined;
}

interface House {
  readonly name: string;
  readonly seed: number;
  readonly claims: readonly Claimed[];
  readonly mostAlerts: string | undefined;
  readonly renameHost: (host: string) => string;
}

const hostOf = (alert: Alert | undefined): string | undefined =>
  alert?.entities.find(({ kind }) => kind === 'host')?.id;

/** Runs every occurrence through a decider and keeps the newest form of everything. */
function decideAll(decider: Decider, occurrences: readonly Occurrence[]) {
  const alerts = new Map<string, Alert>();
  const incidents = new Map<string, Incident>();
  const rowsOf = new Map<string, number[]>();
  const pending = new Map<string, readonly number[]>();
  const take = (): void => {
    const drained = decider.drain();
    for (const alert of drained.alerts) alerts.set(alert.id, alert);
    for (const incident of drained.incidents) incidents.set(incident.id, incident);
    for (const { signalId, alertId } of drained.outcomes) {
      const rows = rowsOf.get(alertId) ?? [];
      for (const row of pending.get(signalId) ?? []) rows.push(row);
      rowsOf.set(alertId, rows);
    }
    pending.clear();
  };
  for (const { signal, rows } of occurrences) {
    decider.consider(signal);
    pending.set(signal.id, rows);
    if (pending.size >= 5_000) take();
  }
  take();
  return { alerts, incidents: [...incidents.values()], rowsOf };
}

function claimAll(name: string, seed: number, dir: string): House {
  const before = readAlerts(join(dir, name));
  const renamed = renameAlerts(before, seed);
  const names = new Map(before.map(({ host }, row) => [host, renamed[row]?.host ?? host]));
  const decider = createDecider();
  const { alerts, incidents, rowsOf } = decideAll(decider, toOccurrences(renamed));
  const rows = (id: string): readonly number[] => rowsOf.get(id) ?? [];
  const ofIncidents = incidents
    .filter(({ state }) => state.status !== 'closed')
    .map((incident) => ({
      ...toOriginClaim({ id: `${name}/${incident.id}`, seed, asked: 'incident' }, incident.origin),
      rows: incident.alertIds.map(rows),
      firstHost: hostOf(alerts.get(incident.alertIds[0] ?? '')),
    }));
  const loose = [...alerts.values()].filter(({ state }) => state.status !== 'in_incident');
  const ofAlerts = loose.map((alert) => ({
    ...toOriginClaim(
      { id: `${name}/${alert.id}`, seed, asked: 'alerts' },
      decider.traceOrigin([alert.id]),
    ),
    rows: [rows(alert.id)],
    firstHost: hostOf(alert),
  }));
  const counts = new Map<string, number>();
  for (const { host } of renamed) counts.set(host, (counts.get(host) ?? 0) + 1);
  const [most] = [...counts].sort((a, b) => b[1] - a[1]);
  return {
    name,
    seed,
    claims: [...ofIncidents, ...ofAlerts],
    mostAlerts: most?.[0],
    renameHost: (host) => names.get(host) ?? host,
  };
}

/** The claim about an attack: the incident with most of its alerts, else the alert with most of its rows. */
function claimAbout(house: House, labels: readonly AlertLabel[], incident: string) {
  const isOf = (row: number): boolean =>
    labels[row]?.isGenuine === true && labels[row].incident === incident;
  const weighed = house.claims.map((claim) => ({
    claim,
    alerts: claim.rows.filter((rows) => rows.some(isOf)).length,
    rows: claim.rows.reduce((sum, rows) => sum + rows.filter(isOf).length, 0),
  }));
  const about = weighed.filter(({ alerts }) => alerts > 0);
  const inIncidents = about.filter(({ claim }) => claim.asked === 'incident');
  const [best] = (inIncidents.length > 0 ? inIncidents : about).sort(
    (a, b) => b.alerts - a.alerts || b.rows - a.rows,
  );
  return best?.claim;
}

/** The host as the decider names it: lower case, the first label. */
const short = (name: string): string => name.toLowerCase().split('.')[0] ?? '';

function scoreHouse(house: House, dir: string) {
  const truth = toRow(JSON.parse(readText(join(dir, house.name, 'truth.json'))));
  const incidents = Array.isArray(truth['incidents']) ? truth['incidents'].map(toRow) : [];
  const labels = readLabels(join(dir, house.name));
  return incidents.map((row) => {
    const id = toText(row['id']) ?? '';
    const host = short(house.renameHost(toText(row['origin_host']) ?? ''));
    const claim = claimAbout(house, labels, id);
    const at = claim?.hosts.findIndex((one) => short(one) === host) ?? -1;
    return {
      id: `${house.name} ${id}`,
      at,
      isTold: claim !== undefined && claim.hosts.length > 0,
      isAsked: claim?.asked === 'alerts',
      isMostAlerts: short(house.mostAlerts ?? '') === host,
      isFirstAlert: short(claim?.firstHost ?? '') === host,
    };
  });
}

type Row = ReturnType<typeof scoreHouse>[number];

const countsOf = (rows: readonly Row[]) => {
  const count = (test: (row: Row) => boolean): number => rows.filter(test).length;
  return {
    incidents: rows.length,
    hostTop1: count(({ at }) => at === 0),
    hostTop3: count(({ at }) => at >= 0 && at < 3),
    askedOfAlerts: count(({ isAsked }) => isAsked),
    abstained: count(({ isTold }) => !isTold),
    wrong: count(({ isTold, at }) => isTold && at !== 0),
    baselineMostAlerts: count(({ isMostAlerts }) => isMostAlerts),
    baselineFirstAlert: count(({ isFirstAlert }) => isFirstAlert),
  };
};

/** The two attacks of each organisation: is the machine where each began the first that is named? */
export async function evaluateForeign({
  dir,
  seed,
  say,
  predict,
}: EvaluationInput): Promise<Record<string, unknown>> {
  const houses: House[] = [];
  for (const each of seed === undefined ? SEEDS : [seed])
    for (const name of organisationsIn(dir)) {
      houses.push(claimAll(name, each, dir));
      say(`${name} seed ${each}: ${houses.at(-1)?.claims.length ?? 0} origins told`);
    }
  predict(
    houses.flatMap(({ claims }) =>
      claims.map(({ rows, ...claim }) => ({ ...claim, alerts: rows.length })),
    ),
  );
  const rows = houses.map((house) => ({ seed: house.seed, rows: scoreHouse(house, dir) }));
  const seeds = [...new Set(rows.map((one) => one.seed))];
  const figures = seeds.map((one) =>
    countsOf(rows.filter((row) => row.seed === one).flatMap((row) => row.rows)),
  );
  const keys = Object.keys(figures[0] ?? {}) as (keyof (typeof figures)[number])[];
  const medianOf = (key: (typeof keys)[number]) => toMedian(figures.map((one) => one[key]));
  const { baselineMostAlerts, baselineFirstAlert, ...own } = Object.fromEntries(
    keys.map((key) => [key, medianOf(key).median]),
  );
  return {
    layout: 'alerts of other products, nothing learnt',
    seeds: seeds.length,
    ...own,
    baselines: { mostAlerts: baselineMostAlerts, firstAlert: baselineFirstAlert },
    missed: rows
      .filter(({ seed: one }) => one === seeds[0])
      .flatMap(({ rows: own }) => own.filter(({ at }) => at !== 0).map(({ id }) => id)),
    spread: Object.fromEntries(keys.map((key) => [key, medianOf(key).spread])),
  };
}
