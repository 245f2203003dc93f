const PAIR = /^([A-Za-z]{1,32})=(.*)$/;
const MAX_LINES = 400;

/**
 * The names that the event's data has, by the words of its rendered message: `Section/Label`, or
 * the label alone where every section means the same.
 */
const NAMES: Readonly<Record<string, string>> = {
  'Subject/Security ID': 'SubjectUserSid',
  'Subject/Account Name': 'SubjectUserName',
  'Subject/Account Domain': 'SubjectDomainName',
  'Subject/Logon ID': 'SubjectLogonId',
  'Creator Subject/Security ID': 'SubjectUserSid',
  'Creator Subject/Account Name': 'SubjectUserName',
  'Creator Subject/Account Domain': 'SubjectDomainName',
  'Creator Subject/Logon ID': 'SubjectLogonId',
  'Account For Which Logon Failed/Security ID': 'TargetUserSid',
  'Account For Which Logon Failed/Account Name': 'TargetUserName',
  'Account For Which Logon Failed/Account Domain': 'TargetDomainName',
  'New Logon/Security ID': 'TargetUserSid',
  'New Logon/Account Name': 'TargetUserName',
  'New Logon/Account Domain': 'TargetDomainName',
  'New Logon/Logon ID': 'TargetLogonId',
  'Target Subject/Account Name': 'TargetUserName',
  'Target Account/Account Name': 'TargetUserName',
  'Target Account/Account Domain': 'TargetDomainName',
  'New Account/Account Name': 'TargetUserName',
  'New Account/Account Domain': 'TargetDomainName',
  'Group/Group Name': 'TargetUserName',
  'Member/Account Name': 'MemberName',
  'Member/Security ID': 'MemberSid',
  'Process Information/Process ID': 'ProcessId',
  'Process Information/Process Name': 'ProcessName',
  'Process Information/Caller Process ID': 'ProcessId',
  'Process Information/Caller Process Name': 'ProcessName',
  'Process/Process ID': 'ProcessId',
  'Process/Process Name': 'ProcessName',
  'Object/Object Name': 'ObjectName',
  'Object/Object Type': 'ObjectType',
  'Object/Object Server': 'ObjectServer',
  'Object/Handle ID': 'HandleId',
  'Service/Service Name': 'ServiceName',
  'Logon Type': 'LogonType',
  'Workstation Name': 'WorkstationName',
  'Source Network Address': 'IpAddress',
  'Client Address': 'IpAddress',
  'Source Port': 'IpPort',
  'Client Port': 'IpPort',
  'Logon Process': 'LogonProcessName',
  'Authentication Package': 'AuthenticationPackageName',
  'Failure Reason': 'FailureReason',
  Status: 'Status',
  'Sub Status': 'SubStatus',
  'New Process ID': 'NewProcessId',
  'New Process Name': 'NewProcessName',
  'Creator Process ID': 'ProcessId',
  'Creator Process Name': 'ParentProcessName',
  'Process Command Line': 'CommandLine',
  'Token Elevation Type': 'TokenElevationType',
  'Exit Status': 'Status',
  Accesses: 'AccessList',
  'Access Mask': 'AccessMask',
  Privileges: 'PrivilegeList',
};

/**
 * A Windows event as its rendered text (`LogName=…`, `EventCode=…`, `Message=` and its sections),
 * brought to the same flat form as the JSON of the shippers. Undefined when it is none.
 */
export function readWindowsText(text: string): Record<string, unknown> | undefined {
  if (!text.includes('EventCode=') || !text.includes('LogName=')) return undefined;
  const lines = text.split(/\r?\n/, MAX_LINES);
  const start = lines.findIndex((line) => line.startsWith('Message='));
  const head = readHead(start < 0 ? lines : lines.slice(0, start));
  const { EventCode: code = '', LogName: channel } = head;
  if (!/^\d{1,5}$/.test(code) || !channel) return undefined;
  return {
    ...(start < 0 ? {} : readMessage(lines.slice(start))),
    EventID: Number(code),
    Channel: channel,
    Provider_Name: head['SourceName'],
    Computer: head['ComputerName'],
    Keywords: head['Keywords'],
    TimeCreated: lines[0]?.trim(),
  };
}

function readHead(lines: readonly string[]): Readonly<Record<string, string>> {
  return Object.fromEntries(
    lines.flatMap((line) => {
      const [, name, value] = PAIR.exec(line) ?? [];
      return name && value ? [[name, value.trim()]] : [];
    }),
  );
}

/** Sections stand at the edge, their labels are indented; the first of a repeated name counts. */
function readMessage([first = '', ...lines]: readonly string[]): Record<string, string> {
  const fields: Record<string, string> = { Message: first.slice('Message='.length) };
  let section = '';
  for (const line of lines) {
    const [, indent, label = '', value = ''] =
      /^(\s*)([A-Z][\w ()-]{1,60}):\s*(.*)$/.exec(line) ?? [];
    if (indent === undefined) continue;
    if (indent === '') section = label.trimEnd();
    const name = NAMES[`${section}/${label}`] ?? NAMES[label];
    if (name && value !== '' && fields[name] === undefined) fields[name] = value.trim();
  }
  return fields;
}
