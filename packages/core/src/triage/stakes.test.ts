import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { toDeciderSettings } from '../decide/config.ts';
import { type Asset, type Criticality, DATA_CLASSES, type Identity } from '../enrich/asset.ts';
import { createEnricher } from '../enrich/enricher.ts';
import { Inventory } from '../enrich/inventory.ts';
import { assessPriority } from './priority.ts';
import { findStakes } from './stakes.ts';

const asset = (name: string, members: Partial<Asset> = {}): Asset => ({
  name,
  aliases: [],
  ips: [],
  macs: [],
  tags: [],
  ...members,
});
const settingsFor = (assets: readonly Asset[], identities: readonly Identity[] = []) =>
  toDeciderSettings({
    assets: [{ tier: 1, match: ['db-*'] }],
    privileged: ['root'],
    known: createEnricher({ inventory: new Inventory([{ assets, identities }]) }),
  });

const RESTS: readonly (readonly [
  string,
  readonly Asset[],
  readonly string[],
  string | undefined,
])[] = [
  ['nothing', [], ['x'], undefined],
  [
    'the inventory',
    [asset('db-01', { criticality: 5 })],
    ['db-01'],
    'asset db-01 is criticality 5 (inventory)',
  ],
  [
    'the configuration, where it says more',
    [asset('db-01', { criticality: 2 })],
    ['db-01'],
    'asset db-01 is criticality 4 (cordon.yml, tier 1)',
  ],
  [
    'a machine of which nobody told, beside one that is worth little',
    [asset('kiosk', { criticality: 1 })],
    ['kiosk', 'other'],
    'asset other is criticality 3, assumed',
  ],
  [
    'the most important of several',
    [asset('a', { criticality: 4 }), asset('b', { criticality: 5 })],
    ['a', 'b'],
    'asset b is criticality 5 (inventory)',
  ],
];

describe('findStakes', () => {
  it.each(RESTS)('rests on %s', (...[, assets, hosts, expected]) => {
    expect(findStakes({ hosts, users: [] }, settingsFor(assets)).asset?.text).toBe(expected);
  });

  it('tells rights, data and exposure with their source', () => {
    const settings = settingsFor(
      [
        asset('web', { isExposed: true, dataClass: 'internal' }),
        asset('hr', { dataClass: 'restricted' }),
      ],
      [{ name: 'dana', aliases: [], privilege: 'admin' }],
    );
    const found = findStakes({ hosts: ['web', 'hr'], users: ['guest', 'dana'] }, settings);
    expect(found.rights?.text).toBe('account dana has admin rights (inventory)');
    expect(found.data?.text).toBe('asset hr holds restricted data (inventory)');
    expect(found.exposure).toBe('asset web can be reached from the internet (inventory)');
    expect(findStakes({ hosts: [], users: ['dana', 'root'] }, settings).rights).toEqual({
      privilege: 'domain',
      text: 'account root is privileged (cordon.yml)',
    });
  });

  it('never lowers a priority when a machine is worth more, holds more or is open', () => {
    const machine = fc.record({
      criticality: fc.integer({ min: 1, max: 5 }),
      data: fc.nat(DATA_CLASSES.length - 1),
      isExposed: fc.boolean(),
    });
    type Machine = { criticality: number; data: number; isExposed: boolean };
    const scoreOf = (machines: readonly Machine[], p: number): number => {
      const assets = machines.map(({ criticality, data, isExposed }, at) =>
        asset(`m${at}`, {
          criticality: criticality as Criticality,
          dataClass: DATA_CLASSES[data] ?? 'public',
          isExposed,
        }),
      );
      const hosts = ['unknown', ...assets.map(({ name }) => name)];
      return assessPriority({
        p,
        hosts: hosts.length,
        knownHosts: 100,
        tactics: ['execution'],
        ...findStakes({ hosts, users: [] }, settingsFor(assets)),
      }).score;
    };
    fc.assert(
      fc.property(
        fc.array(machine, { minLength: 1, maxLength: 4 }),
        machine,
        fc.double({ min: 0, max: 1, noNaN: true }),
        (machines, more, p) => {
          const [first, ...rest] = machines;
          if (!first) return;
          const worse = {
            criticality: Math.max(first.criticality, more.criticality),
            data: Math.max(first.data, more.data),
            isExposed: first.isExposed || more.isExposed,
          };
          expect(scoreOf([worse, ...rest], p)).toBeGreaterThanOrEqual(scoreOf(machines, p) - 1e-9);
        },
      ),
      { numRuns: 300 },
    );
  });
});
