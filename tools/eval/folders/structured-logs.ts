import { join } from 'node:path';
import { listFiles, RECEIVED_AT, readText, toLines } from '../files.ts';
import type { Item, Label, Truth } from '../item.ts';
import { readCsv } from './csv.ts';
import type { Layout } from './layout.ts';

/** A log beside its `*_structured.csv` of columns and templates, line by line. */
export const structuredLogs: Layout = {
  name: 'structured logs',
  read(dir) {
    const files = listFiles(dir);
    const logs = files.filter(
      (name) => name.endsWith('.log') && files.includes(`${name}_structured.csv`),
    );
    if (logs.length === 0) return undefined;
    const read = (log: string): readonly Item[] =>
      toLines(readText(join(dir, log))).map((text, at) => ({
        id: `${log}:${at + 1}`,
        stream: log,
        text,
        receivedAt: RECEIVED_AT,
      }));
    return {
      layout: 'structured logs',
      items: logs.flatMap(read),
      readTruth: async () => new Map(logs.flatMap((log) => readTruth(dir, log))),
    };
  },
};

function readTruth(dir: string, log: string): readonly (readonly [string, Truth])[] {
  return readCsv(readText(join(dir, `${log}_structured.csv`))).map((row, at) => {
    const labels: Label[] = [{ field: 'recognised' }];
    const time = timeOf(row);
    if (time) labels.push({ field: 'time', values: [time] });
    const address = addressOf(row);
    if (address) labels.push({ field: 'source', values: [address] });
    return [`${log}:${at + 1}`, { product: log, labels }] as const;
  });
}

/** Columns that make up an ISO time; other forms are not labelled. */
function timeOf(row: Readonly<Record<string, string>>): string | undefined {
  const { Date: date = '', Time: time = '' } = row;
  if (!/^\d{4}-\d\d-\d\d$/.test(date) || !/^\d\d:\d\d:\d\d/.test(time)) return undefined;
  return `${date}T${time.replace(',', '.')}`;
}

/** Where the template has one hole that is an address: that address. */
function addressOf(row: Readonly<Record<string, string>>): string | undefined {
  const { Content: content = '', EventTemplate: template = '' } = row;
  if (!/(?:from|rhost=|client:? ?|connection from) ?\[?<\*>/i.test(template)) return undefined;
  return /(?:from|rhost=|client:? ?) ?\[?((?:\d{1,3}\.){3}\d{1,3})(?![\w.-])/i.exec(content)?.[1];
}
