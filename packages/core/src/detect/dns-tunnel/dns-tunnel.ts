import type { Event } from '../../event/event.ts';
import { type EpochMs, HOUR_MS } from '../../shared/time.ts';
import { entitiesOf } from '../event-entities.ts';
import { createKeyedDetector, KeyedState } from '../keyed-state.ts';
import { hashOf, isNewTo } from '../seen-before.ts';
import { chanceOf, move, startWalk } from '../statistics/walk.ts';
import { type Clue, type DetectorRule, defineDetector } from '../stream-detector.ts';
import { chanceText, cut, shouldTell, untold } from '../telling.ts';
import { type DnsName, splitName } from './dns-name.ts';
import { evidenceOf } from './language.ts';

/*
 * Two uses of names that machines make:
 * - tunnel: data in the labels below one registered name (ibHH: what counts is the amount of
 *   information in labels not seen before, not the number of look-ups);
 * - generated: one machine looks up registered names that do not exist, until one does.
 */

const DNS_ACTIVITY = 4003;
const REMEMBERED = 128;
const GENERATED_LEAST = 10;
/** Names that content networks and look-ups of hashes make are long too: no more than this is claimed. */
const TUNNEL_LEAST_P = 1e-4;

const rule: DetectorRule = {
  id: 'detector:dns-tunnel',
  title: 'Look-ups of names that machines make',
  techniques: ['T1071.004', 'T1568.002', 'T1048'],
  tactics: ['command-and-control', 'exfiltration'],
  falsepositives: ['Look-ups of file hashes by antivirus', 'Block lists of mail servers'],
  behaviour: 'command_and_control',
};

export const dnsTunnel = defineDetector({
  name: 'dns-tunnel',
  description: 'Data in DNS names, and generated names that do not exist.',
  parameters: {
    keys: {
      default: 5_000,
      minimum: 100,
      maximum: 20_000,
      description: 'Pairs of client and registered name, and as many clients, remembered.',
    },
    bytes: {
      default: 1_000,
      minimum: 100,
      maximum: 1_000_000,
      description: 'Bytes of new labels below one name in an hour from which it is a tunnel.',
    },
  },
  create({ keys, bytes: least }) {
    const memory = {
      domains: new KeyedState({ capacity: keys, fresh: freshDomain }),
      clients: new KeyedState({ capacity: keys, fresh }),
    };
    return createKeyedDetector({
      rule,
      states: memory,
      observe: (event, time) => observe(memory, event, { time, least }),
    });
  },
});

const fresh = (time: number) => ({
  ...untold(),
  walk: startWalk(),
  since: time,
  names: 0,
  seen: [] as number[],
});
const freshDomain = (time: number) => ({ ...fresh(time), bytes: 0 });

interface Memory {
  readonly domains: KeyedState<ReturnType<typeof freshDomain>>;
  readonly clients: KeyedState<ReturnType<typeof fresh>>;
}

interface Looked {
  readonly client: string;
  readonly name: DnsName;
  readonly event: Event;
}

function observe(
  { domains, clients }: Memory,
  event: Event,
  now: { readonly time: EpochMs; readonly least: number },
): readonly Clue[] {
  if (event.class_uid !== DNS_ACTIVITY) return [];
  const name = splitName(event.query?.hostname ?? '');
  const client = event.src_endpoint?.ip ?? event.device?.hostname;
  if (!name || !client) return [];
  const looked = { client, name, event };
  const tunnel =
    name.before === ''
      ? undefined
      : inTunnel(domains.at(`${client} ${name.registered}`, now.time), looked, now);
  const generated =
    event.rcode?.toUpperCase() === 'NXDOMAIN'
      ? inGenerated(clients.at(client, now.time), looked, now.time)
      : undefined;
  return [tunnel, generated].filter((clue) => clue !== undefined);
}

function inTunnel(
  domain: ReturnType<typeof freshDomain>,
  { client, name, event }: Looked,
  { time, least }: { readonly time: EpochMs; readonly least: number },
): Clue | undefined {
  if (time - domain.since >= HOUR_MS) Object.assign(domain, { bytes: 0, names: 0, since: time });
  if (!isNewTo(domain.seen, hashOf(name.before), REMEMBERED)) return undefined;
  domain.names += 1;
  domain.bytes += name.before.length;
  move(domain.walk, evidenceOf(name.before));
  if (domain.bytes < least) return undefined;
  const p = Math.max(TUNNEL_LEAST_P, chanceOf(domain.walk));
  if (!shouldTell(domain, p, { time, atMost: 0.001 })) return undefined;
  return {
    key: `tunnel ${client} ${name.registered}`,
    p,
    text:
      `${cut(client)} looked up ${domain.names} different names below ${cut(name.registered)} in an hour, ${domain.bytes} bytes ` +
      `that look made by a machine: chance ${chanceText(p)} where one name in ten is.`,
    since: domain.since as EpochMs,
    count: domain.names,
    entities: entitiesOf(event),
    matched: { domain: name.registered, names: String(domain.names), bytes: String(domain.bytes) },
  };
}

function inGenerated(
  client: ReturnType<typeof fresh>,
  { client: id, name, event }: Looked,
  time: EpochMs,
): Clue | undefined {
  if (!isNewTo(client.seen, hashOf(name.registered), REMEMBERED)) return undefined;
  client.names += 1;
  move(client.walk, evidenceOf(name.own));
  const p = chanceOf(client.walk);
  if (client.names < GENERATED_LEAST || !shouldTell(client, p, { time, atMost: 0.001 }))
    return undefined;
  return {
    key: `generated ${id}`,
    p,
    text:
      `${cut(id)} looked up ${client.names} registered names that do not exist, the last ${cut(name.registered)}, most of which ` +
      `look made by a machine: chance ${chanceText(p)} where one name in ten is.`,
    since: client.since as EpochMs,
    count: client.names,
    entities: entitiesOf(event),
    matched: { domain: name.registered, names: String(client.names) },
  };
}
