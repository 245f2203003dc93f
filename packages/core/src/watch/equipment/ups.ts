import { type EquipmentPart, type EquipmentRow, type Finding, measured, numberOf } from './part.ts';

/** `upsOutputSource` */
const NONE = 2;
const BYPASS = 4;
const BATTERY = 5;
/** `upsBatteryStatus` */
const LOW = 3;
const DEPLETED = 4;

/** Uninterruptible power supplies (UPS-MIB, RFC 1628). */
export const ups: EquipmentPart = {
  objects: {
    upsBatteryStatus: '1.3.6.1.2.1.33.1.2.1',
    upsEstimatedMinutesRemaining: '1.3.6.1.2.1.33.1.2.3',
    upsEstimatedChargeRemaining: '1.3.6.1.2.1.33.1.2.4',
    upsBatteryTemperature: '1.3.6.1.2.1.33.1.2.7',
    upsOutputSource: '1.3.6.1.2.1.33.1.4.1',
    upsOutputPercentLoad: '1.3.6.1.2.1.33.1.4.4.1.5',
  },
  read: (rows) => ({
    measures: rows.flatMap(({ index, values }) => [
      ...measured({
        snmp_ups_charge_percent: numberOf(values['upsEstimatedChargeRemaining']),
        snmp_ups_remaining_minutes: numberOf(values['upsEstimatedMinutesRemaining']),
        snmp_ups_battery_celsius: numberOf(values['upsBatteryTemperature']),
      }),
      ...measured(
        { snmp_ups_load_percent: numberOf(values['upsOutputPercentLoad']) },
        { line: index },
      ),
    ]),
    findings: rows.flatMap(judge),
  }),
};

function judge({ values }: EquipmentRow): readonly Finding[] {
  const battery = values['upsBatteryStatus'];
  const source = values['upsOutputSource'];
  const minutes = numberOf(values['upsEstimatedMinutesRemaining']);
  const left = Number.isNaN(minutes) ? '' : `, ${minutes} minutes are left`;
  const findings: Finding[] = [];
  if (source === NONE) findings.push({ state: 'fail', text: 'It gives no power' });
  if (source === BATTERY) findings.push({ state: 'warn', text: `It runs on its battery${left}` });
  if (source === BYPASS)
    findings.push({ state: 'warn', text: 'It is bypassed and protects nothing' });
  if (battery === LOW || battery === DEPLETED)
    findings.push({
      state: 'fail',
      text: `Its battery is ${battery === LOW ? 'low' : 'empty'}${left}`,
    });
  return findings;
}
