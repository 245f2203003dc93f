import type { GeoLocation } from '../../enrich/geo.ts';
import { canonicalUser } from '../../entity/resolve.ts';
import type { Event } from '../../event/event.ts';
import { type EpochMs, HOUR_MS } from '../../shared/time.ts';
import { entitiesOf } from '../event-entities.ts';
import { createKeyedDetector, KeyedState } from '../keyed-state.ts';
import { note, startNovelty } from '../statistics/novelty.ts';
import { type Clue, type DetectorRule, defineDetector } from '../stream-detector.ts';
import { cut, shouldTell, untold } from '../telling.ts';

/*
 * Log-ins of one account too far apart, or from a country or network it never came from. Mobile
 * networks, VPNs and wrong databases do the same, so the chance given is never below 2 %.
 */

const AUTHENTICATION = 3002;
const REMEMBERED = 32;
const LEAST_P = 0.02;
const LEARN = 20;
const LEAST_KM = 500;

const rule: DetectorRule = {
  id: 'detector:travel',
  title: 'Log-in from an unlikely place',
  techniques: ['T1078'],
  tactics: ['initial-access'],
  falsepositives: ['VPN or mobile network', 'Travel', 'A wrong place in the GeoIP database'],
  behaviour: 'credential_access',
};

export const travel = defineDetector({
  name: 'travel',
  description:
    'Impossible travel, and log-ins from a country or network the account never came from.',
  parameters: {
    keys: { default: 10_000, minimum: 100, maximum: 50_000, description: 'Accounts remembered.' },
    km_per_hour: {
      default: 900,
      minimum: 100,
      maximum: 5_000,
      description: 'Fastest travel, in km/h.',
    },
  },
  create({ keys, km_per_hour: fastest }) {
    const accounts = new KeyedState({ capacity: keys, fresh });
    return createKeyedDetector({
      rule,
      states: { accounts },
      observe: (event, time) => observe(accounts, event, { time, fastest }),
    });
  },
});

const fresh = () => ({
  ...untold(),
  at: 0,
  lat: 0,
  long: 0,
  logins: 0,
  countries: startNovelty(),
  networks: startNovelty(),
});
type Account = ReturnType<typeof fresh>;

function observe(
  accounts: KeyedState<Account>,
  event: Event,
  { time, fastest }: { readonly time: EpochMs; readonly fastest: number },
): readonly Clue[] {
  const { class_uid, status_id, user, src_endpoint } = event;
  if (class_uid !== AUTHENTICATION || status_id !== 1 || !user?.name) return [];
  const location = src_endpoint?.location;
  if (!location) return [];
  const name = canonicalUser(user.name);
  const account = accounts.at(name, time);
  const network = src_endpoint.autonomous_system?.number;
  const found =
    jump(account, location, { time, fastest }) ??
    first(account, { country: location.country, network });
  account.logins += 1;
  if (!found || !shouldTell(account, found.p, { time, atMost: 0.05 })) return [];
  return [
    {
      key: name,
      p: found.p,
      text: `${cut(name)} logged in ${found.text}.`,
      since: found.since ?? time,
      count: found.since ? 2 : 1,
      entities: entitiesOf(event),
      matched: { country: location.country ?? '', network: String(network ?? '') },
    },
  ];
}

interface Found {
  readonly p: number;
  readonly text: string;
  readonly since?: EpochMs;
}

/** Further than one can have come since the last log-in; then the countries are not counted. */
function jump(
  account: Account,
  { lat, long }: GeoLocation,
  { time, fastest }: { readonly time: number; readonly fastest: number },
): Found | undefined {
  if (!isDegrees(lat, 90) || !isDegrees(long, 180)) return undefined;
  const since = account.at as EpochMs;
  const km = since > 0 ? kilometres(account, { lat, long }) : 0;
  const hours = Math.max(0, time - since) / HOUR_MS;
  Object.assign(account, { at: time, lat, long });
  if (km < LEAST_KM || km <= hours * fastest) return undefined;
  const text = `${Math.round(km)} km from where it was ${Math.round(hours * 60)} minutes before`;
  return { p: LEAST_P, text, since };
}

/** A country or network it never came from. */
function first(
  account: Account,
  {
    country,
    network,
  }: { readonly country?: string | undefined; readonly network?: number | undefined },
): Found | undefined {
  const options = { most: REMEMBERED, prior: 1 };
  const inCountry = country ? note(account.countries, country, options) : undefined;
  const inNetwork = network ? note(account.networks, String(network), options) : undefined;
  if (account.logins < LEARN) return undefined;
  const after = `for the first time, after ${account.logins} log-ins`;
  if (inCountry !== undefined)
    return {
      p: Math.max(LEAST_P, inCountry),
      text: `from the country ${cut(country ?? '', 20)} ${after}`,
    };
  if (inNetwork === undefined) return undefined;
  return { p: Math.max(LEAST_P, 2 * inNetwork), text: `from the network AS${network} ${after}` };
}

const isDegrees = (value: number | undefined, most: number): value is number =>
  value !== undefined && Math.abs(value) <= most;

const EARTH_KM = 6_371;

/** Great-circle distance of two places in degrees (haversine). */
export function kilometres(
  from: { readonly lat: number; readonly long: number },
  to: { readonly lat: number; readonly long: number },
): number {
  const rad = (degrees: number): number => (degrees * Math.PI) / 180;
  const half =
    Math.sin(rad(to.lat - from.lat) / 2) ** 2 +
    Math.cos(rad(from.lat)) * Math.cos(rad(to.lat)) * Math.sin(rad(to.long - from.long) / 2) ** 2;
  return 2 * EARTH_KM * Math.asin(Math.min(1, Math.sqrt(half)));
}
