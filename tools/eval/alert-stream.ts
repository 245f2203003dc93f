import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { type EventId, idOf, type Signal, toEpochMs } from '@cordon/core';
import { splitRow } from '../../packages/server/src/investigate/read-csv.ts';
import { readText, toLines } from './files.ts';

/*
 * Alerts of other products, as an organisation has them that did not have Cordon before: a folder for
 * each organisation with `alerts.csv.gz` (time, detector, name, ip, host) and, line for line,
 * `labels.csv.gz`. Repetitions within a second are one signal that counts.
 */

/** One alert of another product. */
export interface ForeignAlert {
  readonly at: number;
  readonly detector: string;
  readonly name: string;
  readonly ip: string;
  readonly host: string;
}

/** What is known of an alert: caused by an attack, by none, or not sure. */
export interface AlertLabel {
  readonly isGenuine: boolean;
  readonly isFalse: boolean;
  readonly phase: string;
  readonly incident: string;
}

/** The organisations in a folder, in order of name. */
export const organisationsIn = (dir: string): readonly string[] =>
  readdirSync(dir, { withFileTypes: true })
    .filter((entry) => entry.isDirectory() && existsSync(join(dir, entry.name, 'alerts.csv.gz')))
    .map(({ name }) => name)
    .sort();

const rowsOf = (path: string): readonly (readonly string[])[] =>
  toLines(readText(path))
    .slice(1)
    .map((line) => splitRow(line, ',') ?? []);

export function readAlerts(dir: string): readonly ForeignAlert[] {
  return rowsOf(join(dir, 'alerts.csv.gz')).map(
    ([time = '0', detector = '', name = '', ip = '', host = '']) => ({
      at: Number(time) * 1_000,
      detector,
      name,
      ip,
      host,
    }),
  );
}

/** For scoring only. */
export function readLabels(dir: string): readonly AlertLabel[] {
  return rowsOf(join(dir, 'labels.csv.gz')).map(([time = '', event = '', incident = '']) => ({
    isGenuine: event !== '-',
    isFalse: event === '-' && time === 'false_positive',
    phase: event,
    incident,
  }));
}

/** The alerts of one second under one rule on one machine, with the rows that they were. */
export interface Occurrence {
  readonly signal: Signal;
  readonly rows: readonly number[];
}

/** Groups what is the same within a second, in order of time. */
export function toOccurrences(alerts: readonly ForeignAlert[]): readonly Occurrence[] {
  const groups = new Map<string, number[]>();
  for (const [row, alert] of alerts.entries()) {
    const key = `${alert.at} ${alert.detector} ${alert.name} ${alert.host}`;
    const there = groups.get(key);
    if (there) there.push(row);
    else groups.set(key, [row]);
  }
  return [...groups].flatMap(([key, rows]) => {
    const first = alerts[rows[0] ?? 0];
    return first ? [{ signal: toSignal(first, { key, count: rows.length }), rows }] : [];
  });
}

function toSignal(
  { at, detector, name, ip, host }: ForeignAlert,
  { key, count }: { readonly key: string; readonly count: number },
): Signal {
  const id = idOf('evt', [key]) as EventId;
  return {
    id: idOf('sig', [key]),
    rule: {
      id: `${detector}: ${name}`,
      title: name,
      techniques: [],
      tactics: [],
      falsepositives: [],
      behaviour: 'foreign_alert',
    },
    severity_id: 3,
    at: toEpochMs(at),
    since: toEpochMs(at),
    count,
    eventIds: [id],
    offsets: [],
    entities: [
      { kind: 'host', id: host, role: 'target' },
      { kind: 'ip', id: ip, role: 'target' },
    ],
    logsource: { product: detector.toLowerCase() },
    text: name,
    matched: {},
  };
}
