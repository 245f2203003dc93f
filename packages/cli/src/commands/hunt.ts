import {
  EVENT_CLASSES,
  type Event,
  type HuntNode,
  huntField,
  nearestHuntField,
  parseHunt,
  printProblem,
  toEpochMs,
} from '@cordon/core';
import { type DataFolder, eventText } from '@cordon/server';
import { type DataFlags, withData } from '../data.ts';
import { EXIT, neutralise, toJsonLine } from '../terminal.ts';

export interface HuntFlags extends DataFlags {
  readonly limit: string;
  readonly top?: string;
  readonly json?: boolean;
}

const MAX_LIMIT = 10_000;

/** Searches the stored events; exit 3 when there are some. */
export async function runHunt(query: string, flags: HuntFlags): Promise<number> {
  const limit = Number(flags.limit);
  if (!Number.isInteger(limit) || limit < 1 || limit > MAX_LIMIT)
    return refuse(`--limit is a whole number from 1 to ${MAX_LIMIT}.`);
  const hunt = parseHunt(query, { now: toEpochMs(Date.now()) });
  if (!hunt.ok) return refuse(printProblem(hunt.problem));
  const asked = { hunt: hunt.value, limit };
  return withData(flags, async ({ folder }) => {
    const lines = await (flags.top === undefined
      ? listEvents(folder, asked, flags)
      : listValues(folder, asked, { ...flags, top: flags.top }));
    if (lines === undefined) return EXIT.usage;
    for (const line of lines) process.stdout.write(`${line}\n`);
    return lines.length > 0 ? EXIT.found : EXIT.ok;
  });
}

function refuse(text: string): number {
  process.stderr.write(`${text.split('\n').map(neutralise).join('\n')}\n`);
  return EXIT.usage;
}

interface Asked {
  readonly hunt: HuntNode;
  readonly limit: number;
}

async function listEvents(
  folder: DataFolder,
  asked: Asked,
  { json }: HuntFlags,
): Promise<readonly string[]> {
  const events = await folder.events();
  try {
    const found = await events.hunt({ ...asked, order: 'newest' });
    return found.map((event) => (json ? toJsonLine(event) : printEvent(event)));
  } finally {
    await events.close();
  }
}

async function listValues(
  folder: DataFolder,
  asked: Asked,
  { json, top }: HuntFlags & { readonly top: string },
): Promise<readonly string[] | undefined> {
  const field = huntField(top);
  if (!field) {
    refuse(`There is no field ${top}.\n  hint: the nearest there is: ${nearestHuntField(top)}`);
    return undefined;
  }
  const events = await folder.events();
  try {
    const values = await events.huntTop({ ...asked, field });
    return values.map((one) =>
      json ? toJsonLine(one) : neutralise(`${String(one.count).padStart(9)}  ${one.value}`),
    );
  } finally {
    await events.close();
  }
}

function printEvent(event: Event): string {
  const { time, class_uid, device, user, src_endpoint, provenance } = event;
  const where = [device?.hostname, user?.name, src_endpoint?.ip].filter(Boolean).join(' ');
  return neutralise(
    `${new Date(time).toISOString()}  #${provenance.offset}  ${EVENT_CLASSES[class_uid] ?? class_uid}  ${where}  ${eventText(event)}`,
  );
}
