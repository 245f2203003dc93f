import type { recordRoutes } from '@cordon/contract';
import { toEpochMs } from '@cordon/core';
import type { DeadLetter } from '../../store/ports.ts';
import type { ApiDeps } from '../deps.ts';
import type { Handlers } from '../handler.ts';
import { toPageQuery } from '../page.ts';
import { presentLetterGroup, presentTrace } from '../present/health.ts';
import { compact, presentProblem, toTime } from '../present/present.ts';
import { presentRecord, presentRecordDetail } from '../present/record.ts';
import { notFound } from '../problem-json.ts';

const SEARCH_LIMIT = 100;
/** Dead letters show the beginning of their record; the whole is at its offset. */
const PREVIEW_CHARS = 500;
const GROUPS_SHOWN = 200;

/** Records as they came in, and those that came to nothing. */
export function createRecordHandlers({
  store,
  events,
  log,
  letters,
  content,
  now,
}: ApiDeps): Handlers<keyof typeof recordRoutes> {
  const presentDeadLetter = async (letter: DeadLetter) => {
    const text = await preview(log, letter);
    return compact({
      offset: letter.offset,
      source_id: letter.sourceId,
      at: toTime(letter.at),
      stage: letter.stage,
      problem: presentProblem(letter.problem),
      text,
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
    listLetterGroups: async () => {
      const groups = await store.listLetterGroups(GROUPS_SHOWN);
      const texts = await Promise.all(groups.map(({ newest }) => preview(log, newest)));
      return { items: groups.map((group, index) => presentLetterGroup(group, texts[index])) };
    },
    retryLetters: async ({ body, who }) => {
      const { source_id: sourceId, shape, cursor } = body;
      const done = await letters.retry(compact({ sourceId, shape, cursor }), who.name);
      const { nextCursor, ...counts } = done;
      return compact({ ...counts, next_cursor: nextCursor });
    },
    traceRecord: async ({ params: { offset } }) => {
      const record = await log.get(offset);
      if (!record) throw notFound(`record at offset ${offset}, or it is past its retention`);
      return presentTrace(record, content.trace(record));
    },
  };
}

async function preview(log: ApiDeps['log'], letter: DeadLetter): Promise<string | undefined> {
  const record = await log.get(letter.offset);
  return record?.text.slice(0, PREVIEW_CHARS);
}

const toEpochMsMaybe = (time: string | undefined) =>
  time === undefined ? undefined : toEpochMs(Date.parse(time));
