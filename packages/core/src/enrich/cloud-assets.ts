import { canonicalIp, isExternalIp } from '../entity/resolve.ts';
import type { Problem } from '../shared/problem.ts';
import { err, ok, type Result } from '../shared/result.ts';
import { type Asset, type Criticality, DATA_CLASSES, type InventoryRows } from './asset.ts';
import { toMac } from './inventory.ts';

/*
 * Machines from what clouds tell of themselves, known by the shape of the JSON: the answer of
 * `aws ec2 describe-instances`, configuration items of AWS Config, Azure Resource Graph rows, and
 * Google Cloud asset exports. Tags (labels) named criticality, tier, owner, role, department and
 * data_class mean what the columns of a table mean.
 */

type Row = Readonly<Record<string, unknown>>;
type Tags = ReadonlyMap<string, string>;

const MAX_RESOURCES = 200_000;

const isRow = (value: unknown): value is Row =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
const rowOf = (value: unknown): Row => (isRow(value) ? value : {});
const rowsOf = (value: unknown): readonly Row[] =>
  Array.isArray(value) ? value.filter(isRow) : [];
const textOf = (value: unknown): string | undefined =>
  typeof value === 'string' && value !== '' ? value.slice(0, 512) : undefined;

/** `[{Key, Value}]`, `[{key, value}]` or a plain object. */
function readTags(value: unknown): Tags {
  const pairs = Array.isArray(value)
    ? rowsOf(value).map((tag) => [tag['Key'] ?? tag['key'], tag['Value'] ?? tag['value']] as const)
    : Object.entries(rowOf(value));
  const texts = pairs.flatMap(([key, text]) =>
    typeof key === 'string' && typeof text === 'string' ? [[key.toLowerCase(), text] as const] : [],
  );
  return new Map(texts);
}

function criticalityOf(tags: Tags): Criticality | undefined {
  const direct = Number(tags.get('criticality'));
  if (Number.isInteger(direct) && direct >= 1 && direct <= 5) return direct as Criticality;
  const tier = Number(tags.get('tier') || Number.NaN);
  return Number.isInteger(tier) && tier >= 0 && tier <= 4 ? ((5 - tier) as Criticality) : undefined;
}

interface Found {
  readonly name: string | undefined;
  readonly uid: string | undefined;
  readonly aliases: readonly (string | undefined)[];
  readonly ips: readonly unknown[];
  readonly macs?: readonly unknown[];
  readonly tags: Tags;
}

const texts = (values: readonly unknown[]): readonly string[] =>
  values.flatMap((value) => textOf(value) ?? []);

function toAsset({ name, uid, aliases, ips, macs = [], tags }: Found): readonly Asset[] {
  const named = name ?? texts(aliases)[0] ?? uid;
  if (named === undefined) return [];
  const addresses = [...new Set(texts(ips).flatMap((ip) => canonicalIp(ip) ?? []))];
  const criticality = criticalityOf(tags);
  const dataClass = DATA_CLASSES.find((one) => one === tags.get('data_class')?.toLowerCase());
  const fromTags = (key: string) => (tags.get(key) ? { [key]: tags.get(key)?.slice(0, 256) } : {});
  const asset: Asset = {
    name: named,
    aliases: texts(aliases).filter((alias) => alias !== named),
    ips: addresses,
    macs: texts(macs).flatMap((mac) => toMac(mac) ?? []),
    ...(uid === undefined ? {} : { uid }),
    ...fromTags('owner'),
    ...fromTags('role'),
    ...fromTags('department'),
    ...(criticality === undefined ? {} : { criticality }),
    ...(dataClass === undefined ? {} : { dataClass }),
    ...(addresses.some(isExternalIp) ? { isExposed: true } : {}),
    tags: [],
  };
  return [asset];
}

function fromEc2(instance: Row): readonly Asset[] {
  const tags = readTags(instance['Tags']);
  const cards = rowsOf(instance['NetworkInterfaces']);
  return toAsset({
    name: tags.get('name'),
    uid: textOf(instance['InstanceId']),
    aliases: [textOf(instance['PrivateDnsName']), textOf(instance['PublicDnsName'])],
    ips: [
      instance['PrivateIpAddress'],
      instance['PublicIpAddress'],
      ...cards.map((card) => card['PrivateIpAddress']),
    ],
    macs: cards.map((card) => card['MacAddress']),
    tags,
  });
}

/** AWS Config spells the members of its `configuration` in camel case, and as text in some exports. */
function fromAwsConfig(item: Row): readonly Asset[] {
  if (item['resourceType'] !== 'AWS::EC2::Instance') return [];
  const own = item['configuration'];
  const inner = rowOf(typeof own === 'string' ? parseQuietly(own) : own);
  const tags = readTags(item['tags'] ?? inner['tags']);
  return toAsset({
    name: tags.get('name') ?? textOf(item['resourceName']),
    uid: textOf(item['resourceId']),
    aliases: [textOf(inner['privateDnsName']), textOf(inner['publicDnsName'])],
    ips: [inner['privateIpAddress'], inner['publicIpAddress']],
    macs: rowsOf(inner['networkInterfaces']).map((card) => card['macAddress']),
    tags,
  });
}

function parseQuietly(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function fromAzure(row: Row): readonly Asset[] {
  if (textOf(row['type'])?.toLowerCase() !== 'microsoft.compute/virtualmachines') return [];
  const properties = rowOf(row['properties']);
  const profile = rowOf(properties['osProfile']);
  return toAsset({
    name: textOf(profile['computerName']) ?? textOf(row['name']),
    uid: textOf(properties['vmId']) ?? textOf(row['id']),
    aliases: [textOf(row['name'])],
    ips: [row['privateIPAddress'], row['publicIPAddress'], row['privateIp'], row['publicIp']],
    tags: readTags(row['tags']),
  });
}

function fromGoogle(item: Row): readonly Asset[] {
  if ((item['assetType'] ?? item['asset_type']) !== 'compute.googleapis.com/Instance') return [];
  const data = rowOf(rowOf(item['resource'])['data']);
  const cards = rowsOf(data['networkInterfaces']);
  const outside = cards.flatMap((card) => rowsOf(card['accessConfigs']));
  return toAsset({
    name: textOf(data['name']),
    uid: textOf(data['id']),
    aliases: [textOf(data['hostname'])],
    ips: [...cards.map((card) => card['networkIP']), ...outside.map((access) => access['natIP'])],
    tags: readTags(data['labels']),
  });
}

/** The rows of the export with the reader of its shape; undefined when it is none of them. */
function recognise(
  value: unknown,
): { readonly rows: readonly Row[]; readonly read: (row: Row) => readonly Asset[] } | undefined {
  const top = rowOf(value);
  if (Array.isArray(top['Reservations']))
    return {
      rows: rowsOf(top['Reservations']).flatMap((one) => rowsOf(one['Instances'])),
      read: fromEc2,
    };
  const rows = Array.isArray(value)
    ? rowsOf(value)
    : rowsOf(
        top['configurationItems'] ?? top['baseConfigurationItems'] ?? top['data'] ?? top['assets'],
      );
  const [first] = rows;
  if (first === undefined) return undefined;
  if (first['resourceType'] !== undefined) return { rows, read: fromAwsConfig };
  if (first['assetType'] !== undefined || first['asset_type'] !== undefined)
    return { rows, read: fromGoogle };
  return textOf(first['type'])?.includes('/') ? { rows, read: fromAzure } : undefined;
}

/** One JSON value, or a line of JSON for each asset as Google exports them. */
function parseExport(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    const lines = text.split('\n').filter((line) => line.trim() !== '');
    if (lines.length < 2) throw error;
    return lines.map((line) => JSON.parse(line) as unknown);
  }
}

const broken = (file: string, detail: string): Problem => ({
  code: 'inventory_broken',
  detail,
  hint: 'Give the JSON of `aws ec2 describe-instances`, AWS Config, Azure Resource Graph or Google Cloud Asset Inventory. Nothing of the file was taken.',
  at: { file },
  retryable: false,
});

/** Machines of a cloud export; anything else in it is left out, an unknown shape is refused. */
export function readCloudAssets(text: string, file: string): Result<InventoryRows> {
  let value: unknown;
  try {
    value = parseExport(text);
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    return err(broken(file, `It is not JSON: ${reason}.`));
  }
  const found = recognise(value);
  if (found === undefined)
    return err(broken(file, 'It is not an export of a cloud that is known.'));
  if (found.rows.length > MAX_RESOURCES)
    return err(broken(file, `There are more than ${MAX_RESOURCES} resources.`));
  return ok({ assets: found.rows.flatMap(found.read), identities: [] });
}
