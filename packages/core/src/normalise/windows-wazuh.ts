import { type Members, toMembers } from './windows-data.ts';
import { toId } from './windows-event.ts';

/**
 * A Windows event as Wazuh writes it: `win.system`, and `win.eventdata` or the element of its user
 * data, each name with a small first letter. What Wazuh itself said stays under `wazuh`. Undefined
 * when the record is no such event.
 */
export function readWazuh(json: Members): Record<string, unknown> | undefined {
  const { system: outer, ...data } = toMembers(json['win']);
  const system = withCapitals(toMembers(outer));
  const id = toId(system['EventID']);
  if (id === undefined || typeof system['Channel'] !== 'string') return undefined;
  return {
    ...withSingleBackslashes(withCapitals(mergeMembers(data))),
    Level: system['Level'],
    Task: system['Task'],
    Opcode: system['Opcode'],
    Keywords: system['Keywords'],
    EventRecordID: system['EventRecordID'],
    ExecutionProcessID: system['ProcessID'],
    ExecutionThreadID: system['ThreadID'],
    Provider_Guid: system['ProviderGuid'],
    EventID: id,
    Channel: system['Channel'],
    Provider_Name: system['ProviderName'],
    Computer: system['Computer'],
    TimeCreated: system['SystemTime'],
    Message: system['Message'],
    wazuh: json['wazuh'],
  };
}

const mergeMembers = (data: Members): Members =>
  Object.fromEntries(Object.values(data).flatMap((part) => Object.entries(toMembers(part))));

const withCapitals = (fields: Members): Members =>
  Object.fromEntries(
    Object.entries(fields).map(([name, value]) => [
      `${name.slice(0, 1).toUpperCase()}${name.slice(1)}`,
      value,
    ]),
  );

const BACKSLASHES = /\\+/g;

/** Wazuh escapes each backslash once too often; a run of odd length shows that this one did not. */
function withSingleBackslashes(fields: Members): Members {
  const isOdd = (value: unknown): boolean =>
    typeof value === 'string' && (value.match(BACKSLASHES) ?? []).some((run) => run.length % 2 > 0);
  if (Object.values(fields).some(isOdd)) return fields;
  return Object.fromEntries(
    Object.entries(fields).map(([name, value]) => [
      name,
      typeof value === 'string' ? value.replaceAll('\\\\', '\\') : value,
    ]),
  );
}
