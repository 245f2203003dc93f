/**
 * The closed list of behaviour classes a rule may name under `cordon: { behaviour: … }`: signals of
 * one class speak of the same kind of trouble, whatever rule saw it. A rule that names none has the
 * class of its first ATT&CK tactic, else `policy`.
 */
export const BEHAVIOURS = [
  'account_change',
  'availability',
  'bruteforce',
  'command_and_control',
  'credential_access',
  'defense_evasion',
  'discovery',
  'execution',
  'exfiltration',
  'impact',
  'lateral_movement',
  'malware',
  'password_spray',
  'persistence',
  'phishing',
  'policy',
  'privilege_escalation',
  'scanning',
  'web_attack',
] as const;

const BY_TACTIC: Readonly<Record<string, string>> = {
  reconnaissance: 'scanning',
  'initial-access': 'web_attack',
  collection: 'exfiltration',
};

/** Is this one of the behaviour classes? */
export const isBehaviour = (name: string): boolean =>
  BEHAVIOURS.some((behaviour) => behaviour === name);

/** The class that follows from the tactics of a rule. */
export function behaviourOfTactics(tactics: readonly string[]): string {
  const [first] = tactics;
  if (first === undefined) return 'policy';
  const name = BY_TACTIC[first] ?? first.replaceAll('-', '_');
  return isBehaviour(name) ? name : 'policy';
}
