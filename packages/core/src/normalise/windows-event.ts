import { attributeOf, type Members, readEventData, textOf, toMembers } from './windows-data.ts';

/**
 * The event's own tree, `{Event: {System, EventData or UserData}}`, as evtx_dump, python-evtx and
 * our own reader of event log files write it, or without its root, as OpenWEC does. Undefined when
 * the record is no such tree.
 */
export function readEventTree(json: Members): Record<string, unknown> | undefined {
  const event = toMembers(json['Event'] ?? json);
  const system = toMembers(event['System']);
  const id = toId(textOf(system['EventID']));
  if (id === undefined) return undefined;
  return {
    ...readSystem(system),
    Message: toMembers(event['RenderingInfo'])['Message'],
    ...readEventData(event['EventData']),
    ...readEventData(event['UserData']),
    EventID: id,
    Channel: textOf(system['Channel']),
    Computer: textOf(system['Computer']),
    Provider_Name: attributeOf(system, 'Provider', 'Name'),
    TimeCreated: attributeOf(system, 'TimeCreated', 'SystemTime') ?? textOf(system['TimeCreated']),
  };
}

/** What Windows itself adds to every event, under the names that shippers use. */
function readSystem(system: Members): Record<string, unknown> {
  return {
    Level: textOf(system['Level']),
    Task: textOf(system['Task']),
    Opcode: textOf(system['Opcode']),
    Keywords: textOf(system['Keywords']),
    EventRecordID: textOf(system['EventRecordID']),
    ExecutionProcessID: attributeOf(system, 'Execution', 'ProcessID'),
    ExecutionThreadID: attributeOf(system, 'Execution', 'ThreadID'),
    ActivityID: attributeOf(system, 'Correlation', 'ActivityID'),
    UserID: attributeOf(system, 'Security', 'UserID'),
    Provider_Guid: attributeOf(system, 'Provider', 'Guid'),
  };
}

/** The number of an event, written as a number or as digits. */
export function toId(value: unknown): number | undefined {
  const id = typeof value === 'string' && value.trim() !== '' ? Number(value) : value;
  return typeof id === 'number' && Number.isInteger(id) ? id : undefined;
}
