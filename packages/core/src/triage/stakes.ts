import type { DeciderSettings } from '../decide/config.ts';
import type { Asset, Criticality, Identity } from '../enrich/asset.ts';
import { DATA_CLASSES } from '../enrich/asset.ts';
import { isGlobMatch } from '../entity/glob.ts';
import { isInCidr } from '../entity/resolve.ts';
import type { EpochMs } from '../shared/time.ts';
import { ASSUMED_CRITICALITY, type AssetStake, type PriorityInput } from './priority.ts';

/*
 * What is at stake in an incident: the most important machine, the widest rights, the most protected
 * data and what can be reached from outside, each with its source. The configuration and the
 * inventory are both asked; the higher answer holds, so knowing more never lowers a priority wrongly.
 */

/** The machines and accounts of an incident, at a time. */
export interface Involved {
  readonly hosts: readonly string[];
  readonly users: readonly string[];
  readonly at?: EpochMs | undefined;
}

interface KnownHost {
  readonly host: string;
  readonly asset?: Asset;
}

const ORDER = { user: 0, admin: 1, domain: 2 } as const;

function byRule(host: string, settings: DeciderSettings): AssetStake | undefined {
  const tiers = settings.assets
    .filter(({ match }) =>
      match.some((pattern) => isGlobMatch(host, pattern) || isInCidr(host, pattern)),
    )
    .map(({ tier }) => tier);
  if (tiers.length === 0) return undefined;
  const tier = Math.min(...tiers);
  const criticality = (5 - tier) as Criticality;
  return {
    criticality,
    text: `asset ${host} is criticality ${criticality} (cordon.yml, tier ${tier})`,
  };
}

const byInventory = ({ host, asset }: KnownHost): AssetStake | undefined =>
  asset?.criticality === undefined
    ? undefined
    : {
        criticality: asset.criticality,
        text: `asset ${host} is criticality ${asset.criticality} (inventory)`,
      };

const assumed = ({ host }: KnownHost): AssetStake => ({
  criticality: ASSUMED_CRITICALITY,
  text: `asset ${host} is criticality ${ASSUMED_CRITICALITY}, assumed`,
});

const highest = <T>(values: readonly T[], rank: (value: T) => number): T | undefined =>
  values.reduce<T | undefined>(
    (best, value) => (best === undefined || rank(value) > rank(best) ? value : best),
    undefined,
  );

/** A machine that nobody told of counts as of middling worth beside one that is known to be worth little. */
function findAsset(hosts: readonly KnownHost[], settings: DeciderSettings): AssetStake | undefined {
  const told = hosts.map((one) => ({
    one,
    stakes: [byInventory(one), byRule(one.host, settings)].filter((stake) => stake !== undefined),
  }));
  if (told.every(({ stakes }) => stakes.length === 0)) return undefined;
  const stakes = told.flatMap(({ one, stakes: own }) => (own.length > 0 ? own : [assumed(one)]));
  return highest(stakes, ({ criticality }) => criticality);
}

function rightsOf(user: string, identity: Identity | undefined, settings: DeciderSettings) {
  const told = identity?.privilege;
  if (settings.privileged.some((pattern) => isGlobMatch(user, pattern)))
    return { privilege: 'domain' as const, text: `account ${user} is privileged (cordon.yml)` };
  return told === undefined
    ? undefined
    : { privilege: told, text: `account ${user} has ${told} rights (inventory)` };
}

function findData(hosts: readonly KnownHost[]): PriorityInput['data'] {
  const holding = hosts.flatMap(({ host, asset }) =>
    asset?.dataClass === undefined ? [] : [{ host, dataClass: asset.dataClass }],
  );
  const most = highest(holding, ({ dataClass }) => DATA_CLASSES.indexOf(dataClass));
  return (
    most && {
      dataClass: most.dataClass,
      text: `asset ${most.host} holds ${most.dataClass} data (inventory)`,
    }
  );
}

/** What is at stake; a member that nobody told of is left out. */
export function findStakes(
  { hosts, users, at }: Involved,
  settings: DeciderSettings,
): Pick<PriorityInput, 'asset' | 'rights' | 'data' | 'exposure'> {
  const { known } = settings;
  const machines = hosts.map((host): KnownHost => {
    const asset = known.asset(host, at);
    return asset === undefined ? { host } : { host, asset };
  });
  const asset = findAsset(machines, settings);
  const rights = highest(
    users.flatMap((user) => rightsOf(user, known.identity(user), settings) ?? []),
    ({ privilege }) => ORDER[privilege],
  );
  const data = findData(machines);
  const open = machines.find((machine) => machine.asset?.isExposed);
  return {
    ...(asset ? { asset } : {}),
    ...(rights ? { rights } : {}),
    ...(data ? { data } : {}),
    ...(open
      ? { exposure: `asset ${open.host} can be reached from the internet (inventory)` }
      : {}),
  };
}
