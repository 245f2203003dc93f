import { clockOf } from '../origin/trace-back.ts';
import type { Alert } from '../triage/alert.ts';
import type { Member } from './member.ts';
import type { Move } from './moves.ts';

const BEHAVIOUR_NAMES: Readonly<Record<string, string>> = {
  bruteforce: 'Brute force',
  brute_force: 'Brute force',
  password_spray: 'Password spraying',
  web_attack: 'Web attack',
  scan: 'Scanning',
  scanning: 'Scanning',
  account_change: 'Change of accounts',
  availability: 'Fault',
  impact: 'Damage',
  policy: 'Breach of policy',
  execution: 'Suspicious execution',
  portscan: 'Port scan',
  port_scan: 'Port scan',
  malware: 'Malware',
  credential_theft: 'Credential theft',
  credential_access: 'Credential theft',
  lateral_movement: 'Lateral movement',
  exfiltration: 'Data theft',
  c2: 'Command and control',
  command_and_control: 'Command and control',
  phishing: 'Phishing',
  persistence: 'Persistence',
  privilege_escalation: 'Privilege escalation',
  defense_evasion: 'Evasion of defences',
  discovery: 'Reconnaissance inside',
  dos: 'Denial of service',
};

/** What an incident is called after, the most telling first. */
const TELLING_TACTICS: readonly (readonly [string, string])[] = [
  ['impact', 'Damage'],
  ['exfiltration', 'Data theft'],
  ['credential-access', 'Credential theft'],
  ['lateral-movement', 'Lateral movement'],
  ['command-and-control', 'Command and control'],
  ['collection', 'Collection of data'],
];
const HIGH = 4;

/** A behaviour class in words. */
export function toBehaviourName(behaviour: string): string {
  const known = BEHAVIOUR_NAMES[behaviour.replaceAll('-', '_')];
  if (known) return known;
  const words = behaviour.replaceAll(/[_-]+/g, ' ').trim();
  return words === '' ? 'Suspicious activity' : words.charAt(0).toUpperCase() + words.slice(1);
}

const distinct = (values: readonly string[]): readonly string[] => [...new Set(values)];

function listed(values: readonly string[], plural: string): string {
  return values.length <= 2 ? values.join(' and ') : `${values.length} ${plural}`;
}

/** Strongest first: severity, then probability, then time. */
const byWeight = (a: Member, b: Member): number =>
  b.alert.severity_id - a.alert.severity_id ||
  b.alert.score.p - a.alert.score.p ||
  a.alert.firstAt - b.alert.firstAt;

/** What it is called: the most telling tactic of the strong signs on a machine, else the behaviour of the strongest. */
function nameOf(members: readonly Member[]): string {
  const strongest = [...members].sort(byWeight)[0];
  if (!strongest) return 'Suspicious activity';
  if (strongest.trace.isAddressOnly) return toBehaviourName(strongest.alert.rule.behaviour);
  const floor = Math.min(strongest.alert.severity_id, HIGH);
  const peers = members.filter((one) => one.alert.severity_id >= floor);
  const tactics = new Set(peers.flatMap((one) => one.alert.rule.tactics));
  const telling = TELLING_TACTICS.find(([tactic]) => tactics.has(tactic));
  return telling?.[1] ?? toBehaviourName(strongest.alert.rule.behaviour);
}

/** One line that says what, from where and against what; `origin` is the machine where it began. */
export function toTitle(members: readonly Member[], origin: string | undefined): string {
  const name = nameOf(members);
  const onMachines = members.filter((member) => !member.trace.isAddressOnly);
  const hosts = distinct(
    (onMachines.length > 0 ? onMachines : members).flatMap((member) => member.trace.host ?? []),
  );
  if (onMachines.length === 0) {
    const ips = distinct(members.flatMap((member) => member.trace.externalIps));
    return `${name} from ${listed(ips, 'addresses')}${hosts.length > 0 ? ` against ${listed(hosts, 'machines')}` : ''}`;
  }
  const first = origin !== undefined && hosts.includes(origin) ? origin : hosts[0];
  if (first === undefined) return `${name}${originSuffix(members)}`;
  const others = hosts.filter((host) => host !== first);
  if (origin !== undefined && !hosts.includes(origin)) {
    return `${name} on ${listed(hosts, 'machines')} coming from ${origin}`;
  }
  if (others.length === 0) return `${name} on ${first}`;
  return `${name} on ${first} and movement to ${listed(others, 'other machines')}`;
}

function originSuffix(members: readonly Member[]): string {
  const users = distinct(members.flatMap((member) => member.trace.users));
  return users.length > 0 ? ` by ${listed(users, 'accounts')}` : '';
}

const MAX_SENTENCES = 12;

function duration(fromMs: number, toMs: number): string {
  const minutes = Math.round((toMs - fromMs) / 60_000);
  if (minutes < 2) return 'within a minute or two';
  return minutes < 120 ? `over ${minutes} minutes` : `over ${Math.round(minutes / 60)} hours`;
}

function toSentence(alert: Alert): string {
  const times =
    alert.signalCount > 1 ? ` (${alert.signalCount} times until ${clockOf(alert.lastAt)})` : '';
  return `${clockOf(alert.firstAt)}: ${alert.text}${times}`;
}

/** The story from evidence only, in order of time; each sentence rests on one alert or one log-in. */
export function toStory(
  members: readonly Member[],
  besides: { readonly moves: readonly Move[]; readonly origin: string; readonly why: string },
): readonly string[] {
  const ordered = [...members].sort(
    (a, b) => a.alert.firstAt - b.alert.firstAt || (a.alert.id < b.alert.id ? -1 : 1),
  );
  const first = ordered[0];
  if (!first) return [];
  const lastAt = Math.max(...ordered.map((member) => member.alert.lastAt));
  const events = ordered.reduce((sum, member) => sum + member.alert.eventCount, 0);
  const opening = `${ordered.length} ${ordered.length === 1 ? 'alert' : 'alerts'} from ${events} ${events === 1 ? 'event' : 'events'}, ${duration(first.alert.firstAt, lastAt)} from ${new Date(first.alert.firstAt).toISOString().slice(0, 10)} ${clockOf(first.alert.firstAt)}.`;
  const shown =
    ordered.length <= MAX_SENTENCES
      ? ordered
      : new Set([first, ...[...ordered].sort(byWeight).slice(0, MAX_SENTENCES - 1)]);
  const lines = ordered
    .filter((member) => (shown instanceof Set ? shown.has(member) : true))
    .map(({ alert }) => ({ at: alert.firstAt, text: toSentence(alert) }));
  const hidden = ordered.length - lines.length;
  const told = [...besides.moves, ...lines].sort((a, b) => a.at - b.at);
  return [
    opening,
    ...told.map(({ text }) => text),
    ...(hidden > 0 ? [`${hidden} further alerts of the same incident are not retold here.`] : []),
    besides.origin,
    besides.why,
  ];
}
