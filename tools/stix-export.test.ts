import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { createDecider, type Signal, toAttackFlow, toStixBundle } from '@cordon/core';
import { expect, it } from 'vitest';
import {
  bruteForce,
  decide,
  host,
  ip,
  logon,
  makeSignal,
  user,
} from '../packages/core/src/decide/fixtures/signals.ts';

/*
 * What goes out is valid by the schemas of those who define it. They are no part of the repository;
 * without them this says so and skips.
 */

const SHARED = new URL('../../shared/data/', import.meta.url).pathname;
const STIX = join(SHARED, 'ti-stix', 'schemas');
const FLOW = join(SHARED, 'attack-flow', 'stix', 'attack-flow-schema-2.0.0.json');

/** Compiles a schema by its `$id` among all of them. */
async function loadSchemas() {
  const { default: Ajv } = await import('ajv/dist/2020.js');
  const ajv = new Ajv.default({
    strict: false,
    validateFormats: false,
    unicodeRegExp: false,
    allErrors: true,
  });
  for (const folder of readdirSync(STIX))
    for (const name of readdirSync(join(STIX, folder)))
      ajv.addSchema(JSON.parse(readFileSync(join(STIX, folder, name), 'utf8')));
  const flow = readFileSync(FLOW, 'utf8').replaceAll(ANY_BRANCH, ROOT);
  ajv.addSchema(JSON.parse(flow));
  return ajv;
}

const ROOT = 'http://raw.githubusercontent.com/oasis-open/cti-stix2-json-schemas/stix2.1/schemas';
/** The Attack Flow schema names the same schemas on another branch. */
const ANY_BRANCH =
  /https?:\/\/raw\.githubusercontent\.com\/oasis-open\/cti-stix2-json-schemas\/[\w.]+\/schemas/g;
const FLOW_ID =
  'https://center-for-threat-informed-defense.github.io/attack-flow/schema/attack-flow-schema-2.0.0.json';
const FOLDERS: readonly string[] = ['sdos', 'sros', 'observables', 'common'];

const strong = { severity: 4 as const };
const attack: readonly (Signal | ReturnType<typeof logon>)[] = [
  bruteForce('203.0.113.7', 0),
  logon(1, { onto: 'web-1', from: '203.0.113.7', user: 'bob' }),
  makeSignal({
    ...strong,
    minute: 2,
    rule: 'shell',
    tactics: ['execution'],
    techniques: ['T1059.004'],
    entities: [
      host('web-1'),
      user('bob'),
      ip('2001:db8::9', 'target'),
      { kind: 'domain', id: 'c2.example', role: 'target' },
    ],
  }),
  makeSignal({
    ...strong,
    minute: 3,
    rule: 'drop',
    tactics: ['persistence'],
    techniques: ['T1543'],
    entities: [
      host('web-1'),
      user('bob'),
      { kind: 'file', id: '/etc/cron.d/x', role: 'target' },
      { kind: 'url', id: 'https://c2.example/x', role: 'target' },
    ],
  }),
];

it.skipIf(!existsSync(STIX) || !existsSync(FLOW))(
  'every object that goes out is valid STIX 2.1 or Attack Flow 2',
  async () => {
    const ajv = await loadSchemas();
    const { incidents, alerts } = decide(createDecider(), attack);
    const bundles = incidents.flatMap((incident) => [
      toStixBundle(incident, alerts),
      toAttackFlow(incident, alerts),
    ]);
    const faults: string[] = [];
    let count = 0;
    for (const bundle of bundles) {
      const objects = bundle['objects'] as unknown as readonly { readonly type: string }[];
      // The schema of bundles knows no incident and no extension: their own schemas judge them.
      const shell = { ...bundle, objects: objects.filter(({ type }) => type === 'identity') };
      for (const object of [shell, ...objects]) {
        const id =
          object.type.startsWith('attack-') && object.type !== 'attack-pattern'
            ? FLOW_ID
            : undefined;
        const uris = id ? [id] : FOLDERS.map((folder) => `${ROOT}/${folder}/${object.type}.json`);
        const validate = uris.map((uri) => ajv.getSchema(uri)).find(Boolean);
        if (!validate) faults.push(`no schema of ${object.type}`);
        else if (!validate(object))
          faults.push(`${object.type}: ${ajv.errorsText(validate.errors)}`);
        count += 1;
      }
    }
    expect(faults).toEqual([]);
    expect(count).toBeGreaterThan(20);
  },
);
