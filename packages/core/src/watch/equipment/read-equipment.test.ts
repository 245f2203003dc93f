import { describe, expect, it } from 'vitest';
import { toEpochMs } from '../../shared/time.ts';
import type { EquipmentTerms, ObjectValue } from './part.ts';
import { type EquipmentAnswer, readEquipment } from './read-equipment.ts';

const text = (value: string): Uint8Array => new TextEncoder().encode(value);
const answer = (objects: Readonly<Record<string, Readonly<Record<string, ObjectValue>>>>) =>
  new Map(
    Object.entries(objects).map(([name, values]) => [name, new Map(Object.entries(values))]),
  ) as EquipmentAnswer;

const read = (
  objects: Parameters<typeof answer>[0],
  { ports = [], portsUpBefore = new Set(), ...rest }: Partial<EquipmentTerms> = {},
) =>
  readEquipment(answer(objects), {
    asset: 'sw-1',
    at: toEpochMs(7),
    ms: 12,
    terms: { ports, portsUpBefore, ...rest },
  });

/** Two ports: the first up, the second as told. */
const twoPorts = (admin: number, oper: number) => ({
  ifName: { '1': text('Gi0/1'), '2': text('Gi0/2') },
  ifAdminStatus: { '1': 1, '2': admin },
  ifOperStatus: { '1': 1, '2': oper },
  ifHCInOctets: { '1': 5_000_000_000 },
});

describe('readEquipment', () => {
  it.each<[string, Parameters<typeof read>, string, string]>([
    ['a port nobody uses', [twoPorts(1, 2)], 'ok', 'It answers, 3 values.'],
    [
      'a port that was up before',
      [twoPorts(1, 2), { portsUpBefore: new Set(['Gi0/2']) }],
      'warn',
      'Port Gi0/2 is down and was up before.',
    ],
    [
      'a port that was switched off',
      [twoPorts(2, 2), { portsUpBefore: new Set(['Gi0/2']) }],
      'ok',
      'It answers, 3 values.',
    ],
    [
      'a port that must be up and was switched off',
      [twoPorts(2, 2), { ports: ['Gi0/2'] }],
      'fail',
      'Port Gi0/2 is switched off.',
    ],
    [
      'a port that is gone',
      [twoPorts(1, 1), { ports: ['Gi0/9'] }],
      'fail',
      'There is no port Gi0/9.',
    ],
    ['a restart', [{ sysUpTime: { '0': 6_000 * 3 } }], 'warn', 'It started 3 minutes ago.'],
    [
      'power from the battery',
      [
        {
          upsOutputSource: { '0': 5 },
          upsBatteryStatus: { '0': 3 },
          upsEstimatedMinutesRemaining: { '0': 4 },
        },
      ],
      'fail',
      'It runs on its battery, 4 minutes are left; Its battery is low, 4 minutes are left.',
    ],
    [
      'paper that is jammed',
      [{ hrPrinterDetectedErrorState: { '1': Uint8Array.of(0b0000_0100, 0) } }],
      'fail',
      'Paper is jammed.',
    ],
    [
      'toner that ends, and a supply that cannot be measured',
      [
        {
          prtMarkerSuppliesDescription: {
            '1.1': text('Black\u001b[2J toner'),
            '1.2': text('Cyan'),
          },
          prtMarkerSuppliesMaxCapacity: { '1.1': 200, '1.2': 200 },
          prtMarkerSuppliesLevel: { '1.1': 4, '1.2': -3 },
        },
      ],
      'warn',
      'Black [2J toner is nearly used up.',
    ],
  ])('%s', (...[, given, state, text]) => {
    expect(read(...given).judgement).toEqual({ state, text, ms: 12 });
  });

  it('scales what a sensor says and holds it against the limit', () => {
    const objects = {
      entPhysicalName: { '3': text('Intake'), '4': text('Chassis') },
      entPhySensorType: { '3': 8 },
      entPhySensorScale: { '3': 9 },
      entPhySensorPrecision: { '3': 1 },
      entPhySensorValue: { '3': 615 },
      entPhySensorOperStatus: { '3': 1 },
    };
    const { judgement, samples } = read(objects, { maxCelsius: 60 });
    expect(judgement.text).toBe('Intake is at 61.5 °C of 60 at most.');
    expect(samples).toEqual([
      {
        name: 'snmp_sensor_celsius',
        value: 61.5,
        at: 7,
        labels: { sensor: 'Intake', node: 'sw-1' },
      },
    ]);
    expect(read(objects).judgement.state).toBe('ok');
  });

  it('measures what is free on disks, and not of memory', () => {
    const { samples } = read({
      hrStorageType: { '1': text('1.3.6.1.2.1.25.2.1.2'), '31': text('1.3.6.1.2.1.25.2.1.4') },
      hrStorageDescr: { '1': text('Physical memory'), '31': text('/var') },
      hrStorageAllocationUnits: { '1': 1024, '31': 4096 },
      hrStorageSize: { '1': 100, '31': 100 },
      hrStorageUsed: { '1': 50, '31': 75 },
    });
    expect(samples).toEqual([
      {
        name: 'snmp_filesystem_avail_bytes',
        value: 25 * 4096,
        at: 7,
        labels: { mountpoint: '/var', node: 'sw-1' },
      },
    ]);
  });
});
