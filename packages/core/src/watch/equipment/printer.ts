import {
  type EquipmentPart,
  type EquipmentRow,
  type Finding,
  hasBit,
  measured,
  numberOf,
  textOf,
} from './part.ts';

/** Bits of `hrPrinterDetectedErrorState` (RFC 2790) that somebody must see to. */
const ERRORS: readonly (readonly [number, Finding['state'], string])[] = [
  [1, 'fail', 'It has no paper'],
  [3, 'fail', 'It has no toner'],
  [4, 'fail', 'Its door is open'],
  [5, 'fail', 'Paper is jammed'],
  [6, 'fail', 'It is offline'],
  [7, 'warn', 'It asks for service'],
  [12, 'fail', 'Its output tray is full'],
];
const NEARLY_EMPTY = 0.05;

/** Printers and their supplies (Printer-MIB, RFC 3805; Host Resources, RFC 2790). */
export const printer: EquipmentPart = {
  objects: {
    hrPrinterDetectedErrorState: '1.3.6.1.2.1.25.3.5.1.2',
    prtMarkerSuppliesDescription: '1.3.6.1.2.1.43.11.1.1.6',
    prtMarkerSuppliesMaxCapacity: '1.3.6.1.2.1.43.11.1.1.8',
    prtMarkerSuppliesLevel: '1.3.6.1.2.1.43.11.1.1.9',
  },
  read(rows) {
    const supplies = rows.flatMap((row) => readSupply(row) ?? []);
    return {
      measures: supplies.flatMap(({ name, share }) =>
        measured({ snmp_supply_left_ratio: share }, { supply: name }),
      ),
      findings: [
        ...rows.flatMap(({ values }) =>
          ERRORS.filter(([bit]) => hasBit(values['hrPrinterDetectedErrorState'], bit)).map(
            ([, state, text]): Finding => ({ state, text }),
          ),
        ),
        ...supplies
          .filter(({ share }) => share < NEARLY_EMPTY)
          .map(({ name }): Finding => ({ state: 'warn', text: `${name} is nearly used up` })),
      ],
    };
  },
};

/** Undefined where the device cannot say how much is left (negative levels). */
function readSupply({ index, values }: EquipmentRow) {
  const most = numberOf(values['prtMarkerSuppliesMaxCapacity']);
  const level = numberOf(values['prtMarkerSuppliesLevel']);
  if (!(most > 0) || !(level >= 0)) return undefined;
  const name = textOf(values['prtMarkerSuppliesDescription']) || `supply ${index}`;
  return { name, share: level / most };
}
