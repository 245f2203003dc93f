import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { createNormaliser, type Event, type Normaliser, toEpochMs } from '@cordon/core';
import { loadContent } from '../packages/server/src/content/content.ts';

/** Events of one kind, each with the JSON it was read from. */
export interface Lane {
  readonly name: string;
  readonly texts: readonly string[];
  readonly events: readonly Event[];
}

/** One event and its JSON. */
interface LaneRow {
  readonly text: string;
  readonly event: Event;
}

const LANES: readonly { readonly name: string; readonly isIn: (event: Event) => boolean }[] = [
  {
    name: 'process starts',
    isIn: (event) => logsourceOf(event).categories.includes('process_creation'),
  },
  { name: 'Windows', isIn: (event) => logsourceOf(event).product === 'windows' },
  { name: 'cloud', isIn: (event) => logsourceOf(event).service === 'cloudtrail' },
];

const logsourceOf = ({ provenance }: Event) => provenance.logsource;

/** The events of the folders by kind; kinds that are not there are left out. */
export async function readLanes(dirs: readonly string[]): Promise<readonly Lane[]> {
  const rows = [...(await readRows(dirs))];
  return LANES.flatMap(({ name, isIn }) => {
    const own = rows.filter(({ event }) => isIn(event));
    if (own.length === 0) return [];
    return [{ name, texts: own.map(({ text }) => text), events: own.map(({ event }) => event) }];
  });
}

/** Reads `.json`, `.jsonl` and `.ndjson` files, packed or not: one event to a line, or one array. */
async function readRows(dirs: readonly string[]): Promise<Generator<LaneRow>> {
  const { parsers } = await loadContent(join(import.meta.dirname, '..', 'content'));
  return rowsOf(dirs, createNormaliser({ parsers }));
}

function* rowsOf(dirs: readonly string[], normaliser: Normaliser): Generator<LaneRow> {
  let offset = 0;
  for (const dir of dirs)
    for (const file of readdirSync(dir, { recursive: true, encoding: 'utf8' }).sort()) {
      if (!/\.(json|jsonl|ndjson)(\.gz)?$/.test(file)) continue;
      for (const text of textsOf(join(dir, file))) {
        const read = normaliser.normalise({
          offset,
          sourceId: 'lane',
          receivedAt: toEpochMs(0),
          text,
        });
        if (read.kind !== 'parsed') continue;
        offset += 1;
        yield { text, event: read.event };
      }
    }
}

function textsOf(path: string): readonly string[] {
  const bytes = readFileSync(path);
  const text = (path.endsWith('.gz') ? gunzipSync(bytes) : bytes).toString('utf8');
  if (text.startsWith('['))
    return (JSON.parse(text) as readonly unknown[]).map((one) => JSON.stringify(one));
  return text
    .split('\n')
    .filter((line) => line.startsWith('{'))
    .map(unwrap);
}

/** Labelled samples hold the event under `event`. */
function unwrap(line: string): string {
  if (!line.includes('"event": {')) return line;
  const { event } = JSON.parse(line) as { readonly event?: unknown };
  return typeof event === 'object' ? JSON.stringify(event) : line;
}
