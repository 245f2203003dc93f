import {
  type EquipmentPart,
  type EquipmentRow,
  type EquipmentTerms,
  type Finding,
  measured,
  numberOf,
  textOf,
} from './part.ts';

/** The unit at the end of the series' name, by `EntitySensorDataType`; others are not measured. */
const UNITS: Readonly<Record<number, string>> = {
  3: 'volts_ac',
  4: 'volts_dc',
  5: 'amperes',
  6: 'watts',
  7: 'hertz',
  8: 'celsius',
  9: 'humidity_percent',
  10: 'rpm',
};
const CELSIUS = 8;
/** `EntitySensorDataScale`: 9 is units, each step a thousandfold. */
const UNITS_SCALE = 9;
const NOT_OPERATIONAL = 3;

/** Temperatures, fans, voltages (ENTITY-SENSOR-MIB, RFC 3433). */
export const sensors: EquipmentPart = {
  objects: {
    entPhysicalName: '1.3.6.1.2.1.47.1.1.1.1.7',
    entPhySensorType: '1.3.6.1.2.1.99.1.1.1.1',
    entPhySensorScale: '1.3.6.1.2.1.99.1.1.1.2',
    entPhySensorPrecision: '1.3.6.1.2.1.99.1.1.1.3',
    entPhySensorValue: '1.3.6.1.2.1.99.1.1.1.4',
    entPhySensorOperStatus: '1.3.6.1.2.1.99.1.1.1.5',
  },
  read(rows, terms) {
    const seen = rows.flatMap((row) => readSensor(row) ?? []);
    return {
      measures: seen.flatMap(({ name, unit, value }) =>
        unit === undefined ? [] : measured({ [`snmp_sensor_${unit}`]: value }, { sensor: name }),
      ),
      findings: seen.flatMap((sensor) => judge(sensor, terms)),
    };
  },
};

/** Undefined for a physical part that is no sensor. */
function readSensor({ index, values }: EquipmentRow) {
  const type = numberOf(values['entPhySensorType']);
  if (Number.isNaN(type)) return undefined;
  const thousands = numberOf(values['entPhySensorScale']) - UNITS_SCALE;
  const digits = numberOf(values['entPhySensorPrecision']);
  return {
    name: textOf(values['entPhysicalName']) || `sensor ${index}`,
    unit: UNITS[type],
    isTemperature: type === CELSIUS,
    isBroken: values['entPhySensorOperStatus'] === NOT_OPERATIONAL,
    value: numberOf(values['entPhySensorValue']) * 10 ** (3 * thousands - digits),
  };
}

function judge(
  { name, isTemperature, isBroken, value }: NonNullable<ReturnType<typeof readSensor>>,
  { maxCelsius }: EquipmentTerms,
): readonly Finding[] {
  if (isBroken) return [{ state: 'warn', text: `The sensor ${name} does not work` }];
  const isHot = isTemperature && maxCelsius !== undefined && value > maxCelsius;
  return isHot
    ? [{ state: 'warn', text: `${name} is at ${value} °C of ${maxCelsius} at most` }]
    : [];
}
