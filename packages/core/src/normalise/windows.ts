import { readEventData, toMembers } from './windows-data.ts';
import { readEventTree, toId } from './windows-event.ts';
import { readWazuh } from './windows-wazuh.ts';

type Known =
  | 'EventID'
  | 'EventId'
  | 'Channel'
  | 'LogName'
  | 'SourceName'
  | 'ProviderName'
  | 'EventSourceName'
  | 'Hostname'
  | 'Computer'
  | 'ComputerName'
  | 'MachineName'
  | 'EventData'
  | 'EventLog'
  | 'Source'
  | 'Provider'
  | 'properties'
  | 'time'
  | 'winlog'
  | 'user_data'
  | 'event_id'
  | 'event_data'
  | 'channel'
  | 'log_name'
  | 'provider_name'
  | 'source_name'
  | 'computer_name';
type Fields = Readonly<Record<string, unknown> & Partial<Record<Known, unknown>>>;

/**
 * A Windows event as the usual shippers write it (NXLog's flat keys, Winlogbeat nested or flat,
 * the event's own tree of evtx_dump or OpenWEC, Wazuh's `win`, Azure Monitor's tables), brought
 * to the flat form in which Sigma speaks: EventID, Channel, Provider_Name, Computer and each name
 * of the event's data. Undefined when the record is no Windows event.
 */
export function readWindows(json: Fields): Record<string, unknown> | undefined {
  return (
    readEventTree(json) ??
    fromWinlogbeat(json) ??
    readWazuh(json) ??
    fromFlat(json) ??
    fromFlat({ TimeGenerated: json.time, ...toObject(json.properties) })
  );
}

function fromFlat(json: Fields): Record<string, unknown> | undefined {
  const id = toId(json.EventID ?? json.EventId);
  const channel = json.Channel ?? json.LogName ?? json.EventLog;
  if (id === undefined || typeof channel !== 'string') return undefined;
  const known = { EventID: id, Channel: channel };
  const provider =
    json.SourceName ?? json.ProviderName ?? json.EventSourceName ?? textProvider(json);
  const computer = json.Hostname ?? json.Computer ?? json.ComputerName ?? json.MachineName;
  return {
    ...readEventData(json.EventData),
    ...json,
    ...known,
    Provider_Name: provider,
    Computer: computer,
  };
}

/** Azure's tables name it `Provider` or `Source`; other shippers use these names for other things. */
function textProvider(json: Fields): unknown {
  const provider = json.Provider ?? json.Source;
  return typeof provider === 'string' ? provider : undefined;
}

function fromWinlogbeat(json: Fields): Record<string, unknown> | undefined {
  const winlog = toObject(json.winlog);
  const id = toId(winlog.event_id ?? json['winlog.event_id'] ?? json.event_id);
  const channel = winlog.channel ?? json['winlog.channel'] ?? json.log_name;
  if (id === undefined || typeof channel !== 'string') return undefined;
  return {
    ...json,
    ...dataOf(json),
    ...readEventData(json.event_data),
    ...readEventData(winlog.user_data),
    ...readEventData(winlog.event_data),
    EventID: id,
    Channel: channel,
    Provider_Name: winlog.provider_name ?? json['winlog.provider_name'] ?? json.source_name,
    Computer: winlog.computer_name ?? json['winlog.computer_name'] ?? json.computer_name,
  };
}

const FLAT_DATA = /^winlog\.(?:event|user)_data\./;

function dataOf(json: Fields): Record<string, unknown> {
  const own = Object.entries(json).filter(([key]) => FLAT_DATA.test(key));
  return Object.fromEntries(own.map(([key, value]) => [key.replace(FLAT_DATA, ''), value]));
}

const toObject = (value: unknown): Fields => toMembers(value) as Fields;
