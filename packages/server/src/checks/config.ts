import {
  CHECK_KINDS,
  type Check,
  type CheckKind,
  err,
  type Location,
  ok,
  type Problem,
  parseTarget,
  type Result,
  SECOND_MS,
} from '@cordon/core';
import { SnmpAccess } from '@cordon/kit';
import { type Static, Type } from 'typebox';
import type { Equipment } from './equipment-desk.ts';

const Id = Type.String({ minLength: 1, maxLength: 64, pattern: '^[a-z0-9][a-z0-9-]*$' });

const Expect = Type.Object(
  {
    status: Type.Optional(
      Type.Array(Type.Integer({ minimum: 100, maximum: 599 }), {
        minItems: 1,
        maxItems: 20,
        description: 'HTTP answers that are well; 200 to 399 unless told otherwise.',
      }),
    ),
    body: Type.Optional(
      Type.String({ minLength: 1, maxLength: 500, description: 'What the answer must hold.' }),
    ),
    slow_ms: Type.Optional(
      Type.Integer({ minimum: 1, maximum: 60_000, description: 'Longer is a warning.' }),
    ),
    days_left: Type.Optional(
      Type.Integer({
        minimum: 1,
        maximum: 365,
        description: 'A certificate that ends sooner is a warning; 21 days unless told otherwise.',
      }),
    ),
    tls_versions: Type.Optional(
      Type.Array(
        Type.Union(
          ['TLSv1', 'TLSv1.1', 'TLSv1.2', 'TLSv1.3'].map((version) => Type.Literal(version)),
        ),
        { minItems: 1, description: 'Any other that is accepted is a warning.' },
      ),
    ),
    alpn: Type.Optional(Type.String({ minLength: 1, maxLength: 32 })),
    untrusted_is_well: Type.Optional(
      Type.Boolean({
        description: 'The chain may end at an authority this machine does not know.',
      }),
    ),
    addresses: Type.Optional(
      Type.Array(Type.String({ minLength: 1, maxLength: 45 }), {
        minItems: 1,
        maxItems: 20,
        description: 'What a name must resolve to, no more and no fewer.',
      }),
    ),
    offset_ms: Type.Optional(
      Type.Integer({ minimum: 1, description: 'How far a clock may be off; 1000 otherwise.' }),
    ),
    ports: Type.Optional(
      Type.Array(Type.String({ minLength: 1, maxLength: 100 }), {
        maxItems: 500,
        description: 'Ports of equipment that must be up; of others it is told when they go down.',
      }),
    ),
    max_celsius: Type.Optional(
      Type.Number({ minimum: -50, maximum: 200, description: 'A sensor above is a warning.' }),
    ),
  },
  { additionalProperties: false, default: {} },
);

/** `checks` of cordon.yml. */
export const ChecksYml = Type.Array(
  Type.Object(
    {
      id: Id,
      target: Type.String({
        minLength: 1,
        maxLength: 2_000,
        description: '`host:port`, `https://host/path`, or a host alone for ping, dns and ntp.',
      }),
      kind: Type.Optional(
        Type.Union(
          CHECK_KINDS.map((kind) => Type.Literal(kind)),
          { description: 'Where the target does not tell.' },
        ),
      ),
      asset: Type.Optional(
        Type.String({
          minLength: 1,
          maxLength: 253,
          description: 'The machine it speaks of; the host of the target unless told otherwise.',
        }),
      ),
      every_seconds: Type.Integer({ minimum: 5, maximum: 86_400, default: 60 }),
      confirm: Type.Integer({
        minimum: 1,
        maximum: 10,
        default: 2,
        description: 'So many answers alike in a row, and its state is that.',
      }),
      depends_on: Type.Array(Id, {
        default: [],
        maxItems: 20,
        description: 'Checks that must be well for this one to be.',
      }),
      snmp: Type.Optional(SnmpAccess),
      expect: Expect,
    },
    { additionalProperties: false },
  ),
  { default: [], maxItems: 2_000, description: 'What is asked again and again, and how often.' },
);
type CheckYml = Static<typeof ChecksYml>[number];

const BARE_PORTS: Partial<Readonly<Record<CheckKind, number>>> = {
  ping: 0,
  dns: 0,
  ntp: 123,
};
const DEFAULT_PORTS: Partial<Readonly<Record<CheckKind, number>>> = { ldap: 389, snmp: 161 };

export interface ReadChecks {
  readonly values: readonly Check[];
  /** How the devices among them are asked, by id of the check. */
  readonly equipment: ReadonlyMap<string, Equipment>;
  readonly problems: readonly Problem[];
}

/** The checks that are meant, and what is wrong with them, each at its place in the list. */
export function readChecks(
  entries: readonly CheckYml[],
  locate: (path: readonly (string | number)[]) => Location,
): ReadChecks {
  const ids = entries.map(({ id }) => id);
  const read = entries.map((entry) => toCheck(entry));
  const problems = entries.flatMap((entry, index): readonly Problem[] => {
    const check = read[index];
    const stranger = entry.depends_on.find((id) => id === entry.id || !ids.includes(id));
    return [
      ...(check?.ok === false ? [{ ...check.problem, at: locate([index, 'target']) }] : []),
      ...(ids.indexOf(entry.id) === index ? [] : [twice(entry.id, locate([index, 'id']))]),
      ...(stranger === undefined ? [] : [unknown(stranger, locate([index, 'depends_on']))]),
      ...(leadsBack(entry.id, entries) ? [circular(entry.id, locate([index, 'depends_on']))] : []),
      ...((entry.kind === 'snmp') === (entry.snmp !== undefined)
        ? []
        : [mismatched(entry.id, locate([index, 'kind']))]),
    ];
  });
  return {
    values: read.flatMap((one) => (one.ok ? [one.value] : [])),
    equipment: new Map(entries.flatMap(toEquipment)),
    problems,
  };
}

const toEquipment = ({ id, snmp, expect }: CheckYml): [string, Equipment][] =>
  snmp === undefined
    ? []
    : [
        [
          id,
          {
            access: snmp,
            ports: expect.ports ?? [],
            ...(expect.max_celsius === undefined ? {} : { maxCelsius: expect.max_celsius }),
          },
        ],
      ];

const mismatched = (id: string, at: Location): Problem => ({
  code: 'config_bad_value',
  detail: `"${id}" must have both \`kind: snmp\` and \`snmp\`, or neither.`,
  hint: 'write `snmp: { community: !env NAME }`, or a `user` for SNMPv3',
  at,
  retryable: false,
});

/** Would a check wait for itself? Then none of the circle would ever be told. */
function leadsBack(id: string, entries: readonly CheckYml[]): boolean {
  const seen = new Set<string>();
  const open = [id];
  for (let at = open.pop(); at !== undefined; at = open.pop())
    for (const next of entries.find((one) => one.id === at)?.depends_on ?? []) {
      if (next === id && at !== id) return true;
      if (!seen.has(next)) open.push(next);
      seen.add(next);
    }
  return false;
}

const circular = (id: string, at: Location): Problem => ({
  code: 'config_bad_value',
  detail: `"${id}" depends on itself by way of others.`,
  at,
  retryable: false,
});

const twice = (id: string, at: Location): Problem => ({
  code: 'config_duplicate',
  detail: `Two checks are named "${id}".`,
  at,
  retryable: false,
});

const unknown = (id: string, at: Location): Problem => ({
  code: 'config_bad_value',
  detail: `"${id}" is no other check.`,
  hint: 'name the id of a check that must be well for this one to be',
  at,
  retryable: false,
});

/** The check that is meant; the problem is `target_unreadable`. */
function toCheck(yml: CheckYml): Result<Check> {
  const place = readPlace(yml);
  if (!place.ok) return place;
  const { status, body, slow_ms, days_left, tls_versions, alpn, addresses, offset_ms } = yml.expect;
  const expect = {
    statuses: status,
    body,
    slowMs: slow_ms,
    daysLeft: days_left,
    tlsVersions: tls_versions,
    alpn,
    isUntrustedWell: yml.expect.untrusted_is_well,
    addresses,
    offsetMs: offset_ms,
  };
  return ok({
    id: yml.id,
    ...place.value,
    asset: yml.asset ?? place.value.host,
    everyMs: yml.every_seconds * SECOND_MS,
    confirmCount: yml.confirm,
    dependsOn: yml.depends_on,
    expect: Object.fromEntries(
      Object.entries(expect).filter(([, value]) => value !== undefined),
    ) as Check['expect'],
  });
}

type Place = Pick<Check, 'kind' | 'host' | 'port' | 'path'>;

function readPlace({ target, kind }: CheckYml): Result<Place> {
  const bare = kind === undefined ? undefined : BARE_PORTS[kind];
  if (kind !== undefined && bare !== undefined) return readBare(target, kind, bare);
  const usual = kind && DEFAULT_PORTS[kind];
  const text = usual !== undefined && !/:\d+$/.test(target) ? `${target}:${usual}` : target;
  const read = parseTarget(text, usual === undefined ? kind : 'tcp');
  if (!read.ok) return read;
  const { service, host, port, path } = read.value;
  return ok({ kind: kind ?? (service === 'dns' ? 'tcp' : service), host, port, path });
}

function readBare(target: string, kind: CheckKind, port: number): Result<Place> {
  return /^[A-Za-z0-9_.:-]+$/.test(target) && !target.startsWith('-')
    ? ok({ kind, host: target, port, path: '/' })
    : err({
        code: 'target_unreadable',
        detail: `"${target}" is no host.`,
        hint: `write a name or an address alone for a check of kind ${kind}`,
        retryable: false,
      });
}
