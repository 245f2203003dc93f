import {
  type EquipmentPart,
  type EquipmentRow,
  type EquipmentTerms,
  type Finding,
  measured,
  numberOf,
  textOf,
} from './part.ts';

const UP = 1;
const LOOPBACK = 24;

/** Network ports: traffic, errors, and whether they are up (IF-MIB, RFC 2863). */
export const ports: EquipmentPart = {
  objects: {
    ifDescr: '1.3.6.1.2.1.2.2.1.2',
    ifType: '1.3.6.1.2.1.2.2.1.3',
    ifAdminStatus: '1.3.6.1.2.1.2.2.1.7',
    ifOperStatus: '1.3.6.1.2.1.2.2.1.8',
    ifInDiscards: '1.3.6.1.2.1.2.2.1.13',
    ifInErrors: '1.3.6.1.2.1.2.2.1.14',
    ifOutDiscards: '1.3.6.1.2.1.2.2.1.19',
    ifOutErrors: '1.3.6.1.2.1.2.2.1.20',
    ifName: '1.3.6.1.2.1.31.1.1.1.1',
    ifHCInOctets: '1.3.6.1.2.1.31.1.1.1.6',
    ifHCOutOctets: '1.3.6.1.2.1.31.1.1.1.10',
  },
  read(rows, terms) {
    const seen = rows.filter(({ values }) => values['ifType'] !== LOOPBACK).map(readPort);
    const missing = terms.ports.filter((name) => !seen.some((port) => port.name === name));
    return {
      measures: seen.flatMap((port) => port.measures),
      findings: [
        ...seen.flatMap((port) => judge(port, terms)),
        ...missing.map((name): Finding => ({ state: 'fail', text: `There is no port ${name}` })),
      ],
      portsUp: seen.flatMap(({ name, isUp }) => (isUp ? [name] : [])),
    };
  },
};

function readPort({ index, values }: EquipmentRow) {
  const name = textOf(values['ifName']) || textOf(values['ifDescr']) || index;
  const isUp = values['ifOperStatus'] === UP;
  const measures = measured(
    {
      snmp_port_up: isUp ? 1 : 0,
      snmp_port_receive_bytes_total: numberOf(values['ifHCInOctets']),
      snmp_port_transmit_bytes_total: numberOf(values['ifHCOutOctets']),
      snmp_port_receive_errors_total: numberOf(values['ifInErrors']),
      snmp_port_transmit_errors_total: numberOf(values['ifOutErrors']),
      snmp_port_receive_discards_total: numberOf(values['ifInDiscards']),
      snmp_port_transmit_discards_total: numberOf(values['ifOutDiscards']),
    },
    { port: name },
  );
  return { name, isUp, isWanted: values['ifAdminStatus'] === UP, measures };
}

/** One that was switched off by hand is wanted down, unless it is one that must be up. */
function judge(
  { name, isUp, isWanted }: ReturnType<typeof readPort>,
  { ports: mustBeUp, portsUpBefore }: EquipmentTerms,
): readonly Finding[] {
  if (isUp) return [];
  if (mustBeUp.includes(name))
    return [{ state: 'fail', text: `Port ${name} is ${isWanted ? 'down' : 'switched off'}` }];
  return isWanted && portsUpBefore.has(name)
    ? [{ state: 'warn', text: `Port ${name} is down and was up before` }]
    : [];
}
