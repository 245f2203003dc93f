import { canonicalIp } from '../../entity/resolve.ts';
import type { Event } from '../../event/event.ts';
import type { EpochMs } from '../../shared/time.ts';
import { entitiesOf } from '../event-entities.ts';
import { createKeyedDetector, KeyedState } from '../keyed-state.ts';
import { hashOf, isNewTo } from '../seen-before.ts';
import { chanceOf, startWalk, step } from '../statistics/walk.ts';
import { type Clue, type DetectorRule, defineDetector } from '../stream-detector.ts';
import { chanceText, shouldTell, untold } from '../telling.ts';

/*
 * A client that asks for what is not there. Only the first request of each path counts: a crawler on
 * dead links mostly succeeds elsewhere, a broken page asks for the same thing again and again.
 */

const HTTP_ACTIVITY = 4002;
const REMEMBERED = 64;
const LEAST_PATHS = 6;
/** Share of first requests that are refused: of people and crawlers at most, of probes at least. */
const REFUSED = { quiet: 0.25, trouble: 0.85 };
/** A refused request for a path that only probes know: on a site that once had it, one in ten. */
const SENSITIVE = { quiet: 0.1, trouble: 0.5 };
const REFUSALS: ReadonlySet<number> = new Set([400, 401, 403, 404, 405, 414, 501]);
/** What browsers and crawlers ask for on their own; says nothing. */
const BY_ITSELF =
  /^\/(?:favicon|apple-touch-icon|robots\.txt|sitemap|ads\.txt|app-ads\.txt|\.well-known\/|browserconfig)/i;
const PROBED =
  /\.\.\/|%2e%2e|\/\.(?:env|git|aws|ssh|svn|ht)|wp-(?:login|admin|config)|phpmyadmin|\/cgi-bin\/|etc\/passwd|eval-stdin|\/actuator|\/boaform|\/manager\/html|xmlrpc\.php|\.(?:bak|sql|old|swp)$/i;

const rule: DetectorRule = {
  id: 'detector:http-probe',
  title: 'Web server is probed',
  techniques: ['T1595.002', 'T1595.003', 'T1190'],
  tactics: ['reconnaissance', 'initial-access'],
  falsepositives: ['Site that moved and left dead links', 'Vulnerability scanner of the house'],
  behaviour: 'scanning',
};

export const httpProbe = defineDetector({
  name: 'http-probe',
  description: 'Clients that ask a web server for paths that are not there, by a sequential test.',
  parameters: {
    keys: { default: 10_000, minimum: 100, maximum: 50_000, description: 'Clients remembered.' },
    p: { default: 0.001, minimum: 1e-9, maximum: 0.05, description: 'Chance at which it is said.' },
  },
  create({ keys, p: atMost }) {
    const clients = new KeyedState({ capacity: keys, fresh });
    return createKeyedDetector({
      rule,
      states: { clients },
      observe: (event, time) => observe(clients, event, { time, atMost }),
    });
  },
});

const fresh = (time: number) => ({
  ...untold(),
  walk: startWalk(),
  since: time,
  seen: 0,
  refused: 0,
  sensitive: 0,
  paths: [] as number[],
});

function observe(
  clients: KeyedState<ReturnType<typeof fresh>>,
  event: Event,
  { time, atMost }: { readonly time: EpochMs; readonly atMost: number },
): readonly Clue[] {
  if (event.class_uid !== HTTP_ACTIVITY) return [];
  const client = event.src_endpoint?.ip;
  const code = event.http_response?.code;
  const path = (event.url?.path ?? '').split('?', 1)[0]?.slice(0, 200) ?? '';
  if (!client || code === undefined || !(code >= 100) || path === '' || BY_ITSELF.test(path))
    return [];
  const state = clients.at(client, time);
  if (!isNewTo(state.paths, hashOf(path), REMEMBERED)) return [];
  const isRefused = REFUSALS.has(code);
  const isSensitive = isRefused && PROBED.test(path);
  state.seen += 1;
  state.refused += isRefused ? 1 : 0;
  state.sensitive += isSensitive ? 1 : 0;
  step(state.walk, isRefused, REFUSED);
  if (isSensitive) step(state.walk, true, SENSITIVE);
  const p = chanceOf(state.walk);
  if (!isRefused || state.seen < LEAST_PATHS || !shouldTell(state, p, { time, atMost })) return [];
  return [
    {
      key: client,
      p,
      text:
        `${canonicalIp(client) ?? 'A client'} asked for ${state.seen} paths and was refused ${state.refused}, ` +
        `${state.sensitive} of them such as probes ask for: chance ${chanceText(p)} for a visitor who is refused one in four.`,
      since: state.since as EpochMs,
      count: state.seen,
      entities: entitiesOf(event),
      matched: {
        paths: String(state.seen),
        refused: String(state.refused),
        sensitive: String(state.sensitive),
      },
    },
  ];
}
