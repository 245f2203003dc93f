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
  | 'UserData'
  | 'Event'
  | 'System'
  | 'TimeCreated'
  | 'Provider'
  | 'SystemTime'
  | 'Name'
  | 'win'
  | 'data'
  | 'system'
  | 'eventdata'
  | 'Message'
  | 'winlog'
  | 'event_id'
  | 'event_data'
  | 'channel'
  | 'log_name'
  | 'provider_name'
  | 'source_name'
  | 'computer_name';
type Fields = Readonly<Record<string, unknown> & Partial<Record<Known, unknown>>>;

const XML_DATA = /<Data Name="([\w-]{1,64})">([^<]*)<\/Data>/g;
const XML_ENTITY: Readonly<Record<string, string>> = {
  lt: '<',
  gt: '>',
  amp: '&',
  quot: '"',
  apos: "'",
};

/**
 * A Windows event as the usual shippers write it (NXLog's flat keys, Winlogbeat nested or flat,
 * the event's own XML turned into JSON, Wazuh's `win`, Azure's `EventData`), brought to the flat form in which
 * Sigma speaks: EventID, Channel, Provider_Name, Computer and each name of the event's data.
 * Undefined when the record is no Windows event.
 */
export function readWindows(json: Fields): Record<string, unknown> | undefined {
  return fromEventXml(json) ?? fromWinlogbeat(json) ?? fromWazuh(json) ?? fromFlat(json);
}

function fromFlat(json: Fields): Record<string, unknown> | undefined {
  const id = toId(json.EventID ?? json.EventId);
  const channel = json.Channel ?? json.LogName;
  if (id === undefined || typeof channel !== 'string') return undefined;
  const known = { EventID: id, Channel: channel };
  const provider = json.SourceName ?? json.ProviderName ?? json.EventSourceName;
  const computer = json.Hostname ?? json.Computer ?? json.ComputerName ?? json.MachineName;
  return {
    ...fromEventData(json.EventData),
    ...json,
    ...known,
    Provider_Name: provider,
    Computer: computer,
  };
}

function fromWinlogbeat(json: Fields): Record<string, unknown> | undefined {
  const winlog = toObject(json.winlog);
  const id = toId(winlog.event_id ?? json['winlog.event_id'] ?? json.event_id);
  const channel = winlog.channel ?? json['winlog.channel'] ?? json.log_name;
  if (id === undefined || typeof channel !== 'string') return undefined;
  return {
    ...json,
    ...dataOf(json),
    ...toObject(json.event_data),
    ...toObject(winlog.event_data),
    EventID: id,
    Channel: channel,
    Provider_Name: winlog.provider_name ?? json['winlog.provider_name'] ?? json.source_name,
    Computer: winlog.computer_name ?? json['winlog.computer_name'] ?? json.computer_name,
  };
}

/** Wazuh's agent: `win.system` and `win.eventdata`, each name with a small first letter. */
function fromWazuh(json: Fields): Record<string, unknown> | undefined {
  const win = toObject(json.win ?? toObject(json.data).win);
  const system = withCapitals(toObject(win.system));
  const id = toId(system.EventID);
  if (id === undefined || typeof system.Channel !== 'string') return undefined;
  return {
    ...withCapitals(toObject(win.eventdata)),
    EventID: id,
    Channel: system.Channel,
    Provider_Name: system.ProviderName,
    Computer: system.Computer,
    TimeCreated: system.SystemTime,
    Message: system.Message,
  };
}

function withCapitals(fields: Fields): Fields {
  return Object.fromEntries(
    Object.entries(fields).map(([name, value]) => [
      `${name.slice(0, 1).toUpperCase()}${name.slice(1)}`,
      value,
    ]),
  );
}

function dataOf(json: Fields): Record<string, unknown> {
  const prefix = 'winlog.event_data.';
  const own = Object.entries(json).filter(([key]) => key.startsWith(prefix));
  return Object.fromEntries(own.map(([key, value]) => [key.slice(prefix.length), value]));
}

function fromEventXml(json: Fields): Record<string, unknown> | undefined {
  const event = toObject(json.Event);
  const system = toObject(event.System);
  const rawId = toObject(system.EventID);
  const id = toId(rawId['#text'] ?? system.EventID);
  if (id === undefined || typeof system.Channel !== 'string') return undefined;
  const created = toObject(toObject(system.TimeCreated)['#attributes']).SystemTime;
  const provider = toObject(toObject(system.Provider)['#attributes']).Name;
  const known = { EventID: id, Channel: system.Channel, Computer: system.Computer };
  const data = { ...toObject(event.EventData), ...toObject(event.UserData) };
  return { ...data, ...known, Provider_Name: provider, TimeCreated: created };
}

function fromEventData(data: unknown): Fields {
  if (typeof data !== 'string') return toObject(data);
  const fields: Record<string, string> = {};
  for (const [, name = '', value = ''] of data.matchAll(XML_DATA)) {
    fields[name] = value.replace(
      /&(lt|gt|amp|quot|apos);/g,
      (_, entity: string) => XML_ENTITY[entity] ?? '',
    );
  }
  return fields;
}

function toObject(value: unknown): Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
    ? (value as Fields)
    : {};
}

function toId(value: unknown): number | undefined {
  const id = typeof value === 'string' && value !== '' ? Number(value) : value;
  return typeof id === 'number' && Number.isInteger(id) ? id : undefined;
}
