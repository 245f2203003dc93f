/** ATT&CK enterprise tactics in the order of an attack: short name, id, and what it means to a reader who knows neither. */
interface Tactic {
  readonly id: string;
  readonly words: string;
}

const TACTICS: Readonly<Record<string, Tactic>> = {
  reconnaissance: { id: 'TA0043', words: 'looked for ways in' },
  'resource-development': { id: 'TA0042', words: 'prepared the attack' },
  'initial-access': { id: 'TA0001', words: 'tried to get in' },
  execution: { id: 'TA0002', words: 'ran programs' },
  persistence: { id: 'TA0003', words: 'made sure of coming back' },
  'privilege-escalation': { id: 'TA0004', words: 'gained more rights' },
  'defense-evasion': { id: 'TA0005', words: 'hid from protection' },
  'credential-access': { id: 'TA0006', words: 'went for passwords and keys' },
  discovery: { id: 'TA0007', words: 'looked around inside' },
  'lateral-movement': { id: 'TA0008', words: 'moved to another machine' },
  collection: { id: 'TA0009', words: 'gathered data' },
  'command-and-control': { id: 'TA0011', words: 'was steered from elsewhere' },
  exfiltration: { id: 'TA0010', words: 'took data out' },
  impact: { id: 'TA0040', words: 'did damage' },
};

/** The furthest of several tactics; empty where none is known. */
export function tacticOf(names: readonly string[]): string {
  const order = Object.keys(TACTICS);
  const known = names.map((name) => order.indexOf(name)).filter((at) => at >= 0);
  return order[Math.max(...known)] ?? '';
}

/** `TA0006`, or undefined for a name that is no tactic. */
export const tacticIdOf = (name: string): string | undefined => TACTICS[name]?.id;

/** What somebody did, as a verb phrase. */
export const tacticWords = (name: string): string =>
  TACTICS[name]?.words ?? 'did something unusual';
