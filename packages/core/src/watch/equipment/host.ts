import { type EquipmentPart, measured, numberOf, textOf } from './part.ts';

/** `hrStorageFixedDisk`: memory is given back when somebody asks and has no end. */
const FIXED_DISK = '1.3.6.1.2.1.25.2.1.4';
const MINUTE_TICKS = 6_000;
const JUST_STARTED_MINUTES = 10;

/** Uptime, storage and processors (SNMPv2-MIB, RFC 3418; Host Resources, RFC 2790). */
export const host: EquipmentPart = {
  objects: {
    sysUpTime: '1.3.6.1.2.1.1.3',
    hrStorageType: '1.3.6.1.2.1.25.2.3.1.2',
    hrStorageDescr: '1.3.6.1.2.1.25.2.3.1.3',
    hrStorageAllocationUnits: '1.3.6.1.2.1.25.2.3.1.4',
    hrStorageSize: '1.3.6.1.2.1.25.2.3.1.5',
    hrStorageUsed: '1.3.6.1.2.1.25.2.3.1.6',
    hrProcessorLoad: '1.3.6.1.2.1.25.3.3.1.2',
  },
  read: (rows) => ({
    measures: rows.flatMap(({ index, values }) => {
      const isDisk = textOf(values['hrStorageType']) === FIXED_DISK;
      const units = isDisk ? numberOf(values['hrStorageAllocationUnits']) : Number.NaN;
      const free = numberOf(values['hrStorageSize']) - numberOf(values['hrStorageUsed']);
      return [
        ...measured(
          { snmp_filesystem_avail_bytes: free * units },
          { mountpoint: textOf(values['hrStorageDescr']) },
        ),
        ...measured(
          { snmp_cpu_usage_percent: numberOf(values['hrProcessorLoad']) },
          { cpu: index },
        ),
        ...measured({ snmp_uptime_seconds: numberOf(values['sysUpTime']) / 100 }),
      ];
    }),
    findings: rows.flatMap(({ values }) => {
      const minutes = Math.floor(numberOf(values['sysUpTime']) / MINUTE_TICKS);
      return minutes < JUST_STARTED_MINUTES
        ? [{ state: 'warn', text: `It started ${minutes} minutes ago` }]
        : [];
    }),
  }),
};
