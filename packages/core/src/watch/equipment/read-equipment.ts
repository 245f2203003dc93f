import type { Sample } from '../../metrics/sample.ts';
import type { EpochMs } from '../../shared/time.ts';
import type { CheckState } from '../check.ts';
import type { Judgement } from '../judge.ts';
import { host } from './host.ts';
import type { EquipmentPart, EquipmentRow, EquipmentTerms, ObjectValue } from './part.ts';
import { ports } from './ports.ts';
import { printer } from './printer.ts';
import { sensors } from './sensors.ts';
import { ups } from './ups.ts';

/** Everything that is asked of equipment. To ask for more, add a part. */
const PARTS: readonly EquipmentPart[] = [host, ports, printer, sensors, ups];

/** The OIDs to walk, by the names of their objects. */
export const EQUIPMENT_OBJECTS: Readonly<Record<string, string>> = Object.assign(
  {},
  ...PARTS.map(({ objects }) => objects),
);

/** What a device answered: of each object its values by index. */
export type EquipmentAnswer = ReadonlyMap<string, ReadonlyMap<string, ObjectValue>>;

export interface EquipmentReading {
  readonly judgement: Judgement;
  readonly samples: readonly Sample[];
  /** Ports that are up now. */
  readonly portsUp: readonly string[];
}

const MAX_TOLD = 5;

/** What an answer is worth, and the series that it holds; `node` is the asset that they speak of. */
export function readEquipment(
  answer: EquipmentAnswer,
  of: {
    readonly asset: string;
    readonly at: EpochMs;
    readonly ms: number;
    readonly terms: EquipmentTerms;
  },
): EquipmentReading {
  const parts = PARTS.map((part) => part.read(toRows(part, answer), of.terms));
  const findings = parts.flatMap((part) => part.findings);
  const samples = parts
    .flatMap(({ measures }) => measures)
    .map(({ name, labels, value }) => ({
      name,
      value,
      at: of.at,
      labels: { ...labels, node: of.asset },
    }));
  const state: CheckState = findings.some((one) => one.state === 'fail')
    ? 'fail'
    : findings.length > 0
      ? 'warn'
      : 'ok';
  const said = findings.slice(0, MAX_TOLD).map(({ text }) => text);
  const more = findings.length > MAX_TOLD ? [`${findings.length - MAX_TOLD} more`] : [];
  const text =
    findings.length > 0
      ? `${[...said, ...more].join('; ')}.`
      : `It answers, ${samples.length} values.`;
  return {
    judgement: { state, text, ms: of.ms },
    samples,
    portsUp: parts.flatMap(({ portsUp }) => portsUp ?? []),
  };
}

/** The rows of a part's tables: what has one index belongs together. */
function toRows({ objects }: EquipmentPart, answer: EquipmentAnswer): readonly EquipmentRow[] {
  const rows = new Map<string, Record<string, ObjectValue>>();
  for (const name of Object.keys(objects))
    for (const [index, value] of answer.get(name) ?? []) {
      const row = rows.get(index) ?? {};
      row[name] = value;
      rows.set(index, row);
    }
  return [...rows].map(([index, values]) => ({ index, values }));
}
