import type { recordRoutes } from '@cordon/contract';
import { toEpochMs } from '@cordon/core';
import type { DeadLetter } from '../../store/ports.ts';
import type { ApiDeps } from '../deps.ts';
import type { Handlers } from '../handler.ts';
import { toPageQuery } from '../page.ts';
import { compact, presentProblem, toTime } from '../present/present.ts';
import { presentRecord, presentRecordDetail } from '../present/record.ts';
import { notFound } from '../problem-json.ts';

const SEARCH_LIMIT = 100;
/** Dead letters show the beginning of their record; the whole is at its offset. */
const PREVIEW_CHARS = 500;

/** Records as they came in, and those that came to nothing. */
export function createRecordHandlers({
  store,
  events,
  log,
  now,
}: ApiDeps): Handlers<keyof typeof recordRoutes> {
  const presentDeadLetter = async (letter: DeadLetter) => {
    const record = await log.get(letter.offset);
    return compact({
      offset: letter.offset,
      source_id: letter.sourceId,
      at: toTime(letter.at),
      stage: letter.stage,
      problem: presentProblem(letter.problem),
      text: record?.text.slice(0, PREVIEW_CHARS),
    });
  };
  return {
    getRecord: async ({ params: { offset } }) => {
      const record = await log.get(offset);
      if (!record) throw notFound(`record at offset ${offset}, or it is past its retention`);
      const [found, signals] = await Promise.all([
        events.find({ offsets: [offset], limit: 1 }),
        store.signalsOf(offset),
      ]);
      return presentRecordDetail(record, { event: found[0], signals });
    },
    searchRecords: async ({ query }) => {
      const startedAt = now();
      const range = compact({ fromAt: toEpochMsMaybe(query.from), toAt: toEpochMsMaybe(query.to) });
      const found = await log.search({
        text: query.text,
        limit: query.limit ?? SEARCH_LIMIT,
        ...range,
      });
      return { items: found.map(presentRecord), took_ms: now() - startedAt };
    },
    listDeadLetters: async ({ query }) => {
      const page = await store.listDeadLetters({
        ...toPageQuery(query),
        ...compact({ sourceId: query.source_id }),
      });
      return {
        items: await Promise.all(page.items.map(presentDeadLetter)),
        ...(page.nextCursor === undefined ? {} : { next_cursor: page.nextCursor }),
      };
    },
  };
}

const toEpochMsMaybe = (time: string | undefined) =>
  time === undefined ? undefined : toEpochMs(Date.parse(time));
