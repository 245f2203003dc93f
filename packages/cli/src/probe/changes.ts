import type { Fact } from './reading.ts';

const MAX_NAMED = 20;

/** What is held against the next look. */
export interface HostState {
  readonly failedUnits: readonly string[];
  readonly ports: readonly number[];
  readonly versions: ReadonlyMap<string, string> | undefined;
}

/** What changed between two looks at this machine, a fact each. */
export function findChanges(before: HostState, after: HostState): readonly Fact[] {
  const failed = after.failedUnits.filter((unit) => !before.failedUnits.includes(unit));
  const mended = before.failedUnits.filter((unit) => !after.failedUnits.includes(unit));
  const opened = after.ports.filter((port) => !before.ports.includes(port));
  const closed = before.ports.filter((port) => !after.ports.includes(port));
  return [
    ...failed.map((unit) => change('unit', 'fail', `The unit ${unit} failed.`)),
    ...mended.map((unit) => change('unit', 'ok', `The unit ${unit} does not fail any more.`)),
    ...opened.map((port) => change('port', 'ok', `Somebody listens at port ${port} now.`)),
    ...closed.map((port) => change('port', 'ok', `Nobody listens at port ${port} any more.`)),
    ...packageChanges(before.versions, after.versions),
  ];
}

const change = (kind: string, state: Fact['state'], finding: string): Fact => ({
  cordon: 'change',
  kind,
  state,
  finding,
});

/** One fact for all packages: an update changes many at once. */
function packageChanges(
  before: HostState['versions'],
  after: HostState['versions'],
): readonly Fact[] {
  if (before === undefined || after === undefined || before === after) return [];
  const put = [...after].flatMap(([name, version]) => {
    const old = before.get(name);
    if (old === version) return [];
    return [old === undefined ? `${name} ${version} installed` : `${name} ${old} -> ${version}`];
  });
  const gone = [...before.keys()].filter((name) => !after.has(name));
  const all = [...put, ...gone.map((name) => `${name} removed`)];
  if (all.length === 0) return [];
  const more = all.length > MAX_NAMED ? ` and ${all.length - MAX_NAMED} more` : '';
  return [
    change('package', 'ok', `Packages changed: ${all.slice(0, MAX_NAMED).join(', ')}${more}.`),
  ];
}
