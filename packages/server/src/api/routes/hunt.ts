import { randomUUID } from 'node:crypto';
import type { huntRoutes } from '@cordon/contract';
import {
  DAY_MS,
  type EpochMs,
  HOUR_MS,
  HUNT_FIELDS,
  type HuntNode,
  huntField,
  huntToSigma,
  MINUTE_MS,
  nearestHuntField,
  parseHunt,
  parseSigma,
  SECOND_MS,
  toEpochMs,
} from '@cordon/core';
import type { HuntBar, HuntPage } from '../../store/hunt.ts';
import type { ApiDeps } from '../deps.ts';
import type { Handlers } from '../handler.ts';
import { presentHuntEvent } from '../present/hunt.ts';
import { presentProblem, toTime } from '../present/present.ts';
import { refuse } from '../problem-json.ts';

const DEFAULT_EVENTS = 100;
const DEFAULT_VALUES = 10;
const MAX_BARS = 120;
const BUCKETS = [
  SECOND_MS,
  10 * SECOND_MS,
  MINUTE_MS,
  5 * MINUTE_MS,
  15 * MINUTE_MS,
  HOUR_MS,
  6 * HOUR_MS,
  DAY_MS,
  7 * DAY_MS,
  30 * DAY_MS,
];

/** Searching in stored events. */
export function createHuntHandlers(api: ApiDeps): Handlers<keyof typeof huntRoutes> {
  const { events, now } = api;
  const read = (text: string | undefined): HuntNode => readHunt(text ?? '', now());
  return {
    huntEvents: async ({ query }) => {
      const limit = query.limit ?? DEFAULT_EVENTS;
      const found = await events.hunt({
        hunt: read(query.q),
        order: 'newest',
        limit: limit + 1,
        ...readCursor(query.cursor),
      });
      const last = found.length > limit ? found[limit - 1] : undefined;
      return {
        items: found.slice(0, limit).map(presentHuntEvent),
        ...(last ? { next_cursor: `${last.time}.${last.provenance.offset}` } : {}),
      };
    },
    huntBars: async ({ query }) => {
      const hunt = read(query.q);
      const from = performance.now();
      const { bucketMs, bars } = await readBars((ms) => events.huntBars({ hunt }, ms));
      return {
        total: bars.reduce((sum, { count }) => sum + count, 0),
        bucket_s: bucketMs / SECOND_MS,
        took_ms: Math.round(performance.now() - from),
        bars: bars.map(({ at, count }) => ({ at: toTime(at), count })),
      };
    },
    huntTop: async ({ query }) => {
      const field = huntField(query.field);
      if (!field) {
        throw refuse(400, {
          code: 'hunt_syntax',
          detail: 'There is no such field.',
          hint: `The nearest there is: \`${nearestHuntField(query.field)}\`.`,
          retryable: false,
        });
      }
      const limit = query.limit ?? DEFAULT_VALUES;
      const values = await events.huntTop({ hunt: read(query.q), field, limit });
      return { items: values.map((value) => ({ ...value })) };
    },
    listHuntFields: async () => ({
      items: HUNT_FIELDS.map(({ name, kind }) => ({ name, kind })),
    }),
    makeHuntRule: async ({ body, who }) => {
      const { title, level } = body;
      const made = huntToSigma(read(body.q), {
        id: randomUUID(),
        title,
        level,
        author: who.name,
        date: new Date(now()).toISOString().slice(0, 10),
      });
      if (!made.ok) throw refuse(400, made.problem);
      const { text, leftOut } = made.value;
      const { problems } = parseSigma(text, 'rule.yml', { isOpen: true });
      return { text, left_out: [...leftOut], problems: problems.map(presentProblem) };
    },
  };
}

/** The tree of a hunt; refuses with where it is wrong. */
export function readHunt(text: string, at: EpochMs): HuntNode {
  const parsed = parseHunt(text, { now: at });
  if (parsed.ok) return parsed.value;
  const { column = 1 } = parsed.problem.at ?? {};
  const detail = `${parsed.problem.detail} (column ${column})`;
  throw refuse(
    400,
    { ...parsed.problem, detail },
    { errors: [{ pointer: `/q#${column}`, detail: parsed.problem.detail }] },
  );
}

function readCursor(cursor: string | undefined): Pick<HuntPage, 'after'> {
  if (cursor === undefined) return {};
  const [, time, offset] = /^(\d{1,16})\.(\d{1,16})$/.exec(cursor) ?? [];
  if (time !== undefined)
    return { after: { time: toEpochMs(Number(time)), offset: Number(offset) } };
  throw refuse(400, {
    code: 'bad_cursor',
    detail: 'The cursor is not one of this list.',
    retryable: false,
  });
}

/** First by day; then, where that says too little or too much, in the span that suits. */
async function readBars(read: (bucketMs: number) => Promise<readonly HuntBar[]>) {
  const days = await read(DAY_MS);
  const first = days[0]?.at ?? 0;
  const last = (days.at(-1)?.at ?? 0) + DAY_MS;
  const bucketMs = BUCKETS.find((ms) => (last - first) / ms <= MAX_BARS) ?? 30 * DAY_MS;
  if (bucketMs >= DAY_MS)
    return { bucketMs, bars: bucketMs === DAY_MS ? days : await read(bucketMs) };
  const bars = await read(bucketMs);
  const from = bars[0]?.at ?? 0;
  const span = (bars.at(-1)?.at ?? 0) + bucketMs - from;
  const finer = BUCKETS.find((ms) => span / ms <= MAX_BARS) ?? bucketMs;
  return finer < bucketMs ? { bucketMs: finer, bars: await read(finer) } : { bucketMs, bars };
}
