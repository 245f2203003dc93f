import type { ruleRoutes } from '@cordon/contract';
import { DAY_MS, type EntityRef, type EpochMs, type MuteCause, toEpochMs } from '@cordon/core';
import { pickRules } from '../../rules/rule-list.ts';
import { RuleWriter } from '../../rules/rule-writer.ts';
import type { ApiDeps } from '../deps.ts';
import type { Handlers } from '../handler.ts';
import { pageOfList, toPageQuery } from '../page.ts';
import { presentSignal } from '../present/alert.ts';
import { compact, presentPage } from '../present/present.ts';
import {
  presentBacktest,
  presentCoverage,
  presentRuleDetail,
  presentRuleItem,
  presentSuppression,
} from '../present/rule.ts';
import { notFound, refuse, valueOrRefuse } from '../problem-json.ts';
import { readHunt } from './hunt.ts';

const SIGNALS_SHOWN = 20;

/** Rules as they run, and what people set for them. */
export function createRuleHandlers(api: ApiDeps): Handlers<keyof typeof ruleRoutes> {
  return {
    ...createLooks(api),
    ...createSettings(api),
    ...createBacktests(api),
    ...createWriting(api),
  };
}

type Looks = 'listRules' | 'getRule' | 'listMuted' | 'getCoverage';
type Settings = 'setRuleMode' | 'suppressRule' | 'endSuppression' | 'liftQuarantine';
type Backtests = 'startBacktest' | 'getBacktest' | 'cancelBacktest';

async function showRule({ rules, store, now }: ApiDeps, id: string) {
  const view = await rules.get(id);
  if (!view) throw notFound('such rule');
  const { items } = await store.listRuleSignals(id, { limit: SIGNALS_SHOWN });
  return presentRuleDetail(view, { recent: items, at: now() });
}

function createLooks(api: ApiDeps): Handlers<Looks> {
  const { rules, store, now } = api;
  return {
    listRules: async ({ query }) => {
      const at = now();
      const all = (await rules.list()).map((view) => presentRuleItem(view, at));
      const { text = '', state: states = [], sort = 'matches' } = query;
      const fitting = pickRules(all, { text, states, sort });
      const { items, nextCursor } = pageOfList(fitting, toPageQuery(query));
      return compact({
        items: [...items],
        next_cursor: nextCursor,
        fitting: fitting.length,
        all: all.length,
      });
    },
    getRule: async ({ params }) => showRule(api, params.id),
    listMuted: async ({ query }) => {
      const { rule_id: ruleId, cause } = query;
      const page = await store.listMuted({
        ...toPageQuery(query),
        ...compact({ ruleId, cause: cause as MuteCause | undefined }),
      });
      return presentPage(page, (muted) => ({
        cause: muted.cause,
        signal: presentSignal(muted.signal),
      }));
    },
    getCoverage: async () => presentCoverage(await rules.coverage()),
  };
}

function createSettings(api: ApiDeps): Handlers<Settings> {
  const { rules, now } = api;
  return {
    setRuleMode: async ({ params, body, who }) => {
      const { mode, reason } = body;
      valueOrRefuse(await rules.setMode(params.id, mode, { actor: who.name, reason }));
      return showRule(api, params.id);
    },
    suppressRule: async ({ params, body, who }) => {
      const { owner, reason, entity } = body;
      const wanted = {
        owner,
        reason,
        expiresAt: readTime(body.expires_at),
        ...(entity ? { entity: entity as Pick<EntityRef, 'kind' | 'id'> } : {}),
      };
      const made = valueOrRefuse(await rules.suppress(params.id, wanted, who.name));
      return presentSuppression(made, { at: now(), hidden: 0 });
    },
    endSuppression: async ({ params, body, who }) => {
      const by = { actor: who.name, reason: body.reason };
      const ended = valueOrRefuse(await rules.endSuppression(params.id, params.suppression_id, by));
      const hidden = (await rules.get(params.id))?.hidden[ended.id] ?? 0;
      return presentSuppression(ended, { at: now(), hidden });
    },
    liftQuarantine: async ({ params, body, who }) => {
      const by = { actor: who.name, reason: body.reason };
      valueOrRefuse(await rules.liftQuarantine(params.id, by));
      return showRule(api, params.id);
    },
  };
}

function createWriting(api: ApiDeps): Handlers<'writeRule'> {
  const { rules, store, events, content, settings, now } = api;
  const { dataDir, placeholders } = settings;
  const writer =
    dataDir === undefined
      ? undefined
      : new RuleWriter({
          dataDir,
          events,
          now,
          content: async () =>
            (await rules.list()).flatMap(({ rule }) =>
              rule.kind !== 'detector' && rule.source === undefined ? [rule] : [],
            ),
          audit: (entry) => store.audit(entry),
          reload: (actor) => content.reload(actor),
          ...(placeholders ? { placeholders } : {}),
        });
  return {
    writeRule: async ({ body, who }) => {
      if (!writer) throw notFound('place for rules');
      const { text, q, is_shadow: isShadow, reason } = body;
      const hunt = readHunt(q, now());
      const made = valueOrRefuse(await writer.write({ text, hunt, isShadow, reason }, who.name));
      const { id, mustFire, mustNotFire } = made;
      return { rule_id: id, must_fire: mustFire, must_not_fire: mustNotFire };
    },
  };
}

function readTime(text: string): EpochMs {
  const at = Date.parse(text);
  if (Number.isFinite(at)) return toEpochMs(at);
  throw refuse(400, { code: 'bad_request', detail: 'The time cannot be read.', retryable: false });
}

function createBacktests({ backtests, now }: ApiDeps): Handlers<Backtests> {
  return {
    startBacktest: async ({ body }) => {
      const { rule_id: id, text, days } = body;
      const rule = text === undefined ? { id: id ?? '' } : { text };
      const to = now();
      const from = toEpochMs(Math.max(0, to - days * DAY_MS));
      return presentBacktest(valueOrRefuse(backtests.start({ rule, from, to })));
    },
    getBacktest: async ({ params }) => {
      const job = backtests.get(params.id);
      if (!job) throw notFound('such back-test');
      return presentBacktest(job);
    },
    cancelBacktest: async ({ params }) => {
      const job = backtests.cancel(params.id);
      if (!job) throw notFound('such back-test');
      return presentBacktest(job);
    },
  };
}
