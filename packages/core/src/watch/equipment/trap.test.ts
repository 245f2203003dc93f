import { expect, it } from 'vitest';
import { type TrapVariable, toTrapRecord } from './trap.ts';

const record = (oid: string, variables: readonly TrapVariable[] = []) =>
  toTrapRecord({ version: '2c', agent: '192.0.2.9', oid, variables });

it.each([
  { oid: '1.3.6.1.6.3.1.1.5.3', name: 'linkDown' },
  { oid: '1.3.6.1.2.1.33.2.2', name: 'upsTrapTestCompleted' },
  // Of version 1, as it translates.
  { oid: '1.3.6.1.2.1.33.2.0.2', name: 'upsTrapTestCompleted' },
  // Its MIB has the 0 itself.
  { oid: '1.3.6.1.2.1.43.18.2.0.1', name: 'printerV2Alert' },
  { oid: '1.3.6.1.4.1.9999.0.1', name: undefined },
])('$oid is $name', ({ oid, name }) => {
  expect(record(oid)['name']).toBe(name);
});

it('calls objects by their names and loses none of them', () => {
  const variables = [
    { oid: '1.3.6.1.2.1.2.2.1.8.3', value: 2 },
    { oid: '1.3.6.1.2.1.2.2.1.8.4', value: 1 },
    { oid: '1.3.6.1.2.1.31.1.1.1.1.3', value: new TextEncoder().encode('Gi0/3') },
    { oid: '1.3.6.1.4.1.9999.1', value: new Uint8Array([0, 255]) },
  ];
  expect(record('1.3.6.1.6.3.1.1.5.3', variables)['objects']).toEqual({
    ifOperStatus: 2,
    '1.3.6.1.2.1.2.2.1.8.4': 1,
    ifName: 'Gi0/3',
    '1.3.6.1.4.1.9999.1': '0x00ff',
  });
});
