/**
 * The product-independent names of the Sigma taxonomy (appendix "Taxonomy", web server, proxy,
 * firewall, DNS and process names) and where an event holds them: OCSF paths, or `=Name` for
 * another name of the record's own field, tried in order after the record's own field of that name.
 */
export const TAXONOMY: Readonly<Record<string, readonly string[]>> = {
  'c-ip': ['src_endpoint.ip'],
  'c-uri': ['url.url_string', 'url.path'],
  'c-uri-query': ['url.query_string'],
  'c-useragent': ['http_request.user_agent'],
  'cs-host': ['url.hostname'],
  'cs-method': ['http_request.http_method'],
  'cs-referer': ['http_request.referrer'],
  'cs-uri': ['url.url_string', 'url.path'],
  'cs-uri-query': ['url.query_string'],
  'cs-uri-stem': ['url.path'],
  'cs-user-agent': ['http_request.user_agent'],
  'cs-username': ['user.name', 'actor.user.name'],
  's-ip': ['dst_endpoint.ip'],
  'sc-bytes': ['http_response.length', 'traffic.bytes_out'],
  'sc-status': ['http_response.code'],
  src_ip: ['src_endpoint.ip'],
  src_port: ['src_endpoint.port'],
  dst_ip: ['dst_endpoint.ip'],
  dst_port: ['dst_endpoint.port'],
  query: ['query.hostname'],
  record_type: ['query.type'],
  Image: ['=NewProcessName', 'process.file.path'],
  ParentImage: ['=ParentProcessName', 'process.parent_process.file.path'],
  CommandLine: ['=ProcessCommandLine', 'process.cmd_line'],
  ParentCommandLine: ['process.parent_process.cmd_line'],
  User: ['actor.user.name', 'user.name'],
  Computer: ['device.hostname'],
};

/** First steps of OCSF paths that a rule may name directly. */
export const OCSF_ROOTS: ReadonlySet<string> = new Set([
  'class_uid',
  'activity_id',
  'status_id',
  'status_code',
  'status_detail',
  'severity_id',
  'action_id',
  'disposition_id',
  'message',
  'metadata',
  'email',
  'query',
  'service',
  'device',
  'src_endpoint',
  'dst_endpoint',
  'actor',
  'user',
  'process',
  'file',
  'url',
  'http_request',
  'http_response',
  'rcode',
  'connection_info',
  'traffic',
  'api',
  'cloud',
  'finding_info',
  'session',
  'auth_protocol',
  'logon_type',
]);

const WINDOWS = `
AccessList AccessMask Accesses AccountName Action Application AuthenticationPackageName AttributeLDAPDisplayName AttributeValue CallTrace CallerProcessName
CertThumbprint Channel ClientAddress CommandLine Company Computer ComputerName Consumer Contents CreationUtcTime CurrentDirectory Data Description DestPort
Destination DestinationHostname DestinationIp DestinationIsIpv6 DestinationPort DestinationPortName Details Device EngineVersion EventID EventNamespace EventType
FailureCode FailureReason FileName FileVersion Filter GrantedAccess GroupName Hash Hashes HostApplication HostName HostVersion Image ImageLoaded ImagePath Imphash
Initiated IntegrityLevel IpAddress IpPort IsExecutable KeyLength LayerRTID Level LogonGuid LogonId LogonProcessName LogonType MemberName MemberSid Message NewName
NewProcessId NewProcessName NewTargetUserName NewThreadId NewValue ObjectName ObjectServer ObjectType ObjectValueName OldTargetUserName OldValue Operation
OriginalFileName ParentCommandLine ParentImage ParentProcessGuid ParentProcessId ParentProcessName ParentUser Path Payload PipeName PreAuthType
PreviousCreationUtcTime PrivilegeList ProcessCommandLine ProcessGuid ProcessId ProcessName Product Properties Protocol Provider_Name ProviderName Query
QueryName QueryResults QueryStatus RelativeTargetName Reason RuleName SamAccountName ScriptBlockId ScriptBlockText SecurityID SecurityPackageName Service ServiceFileName
ServiceName ServicePrincipalNames ServiceSid ServiceStartType ServiceType ShareLocalPath ShareName SidHistory Signature SignatureStatus Signed Source
SourceAddress SourceHostname SourceImage SourceIp SourceIsIpv6 SourcePort SourcePortName SourceProcessGuid SourceProcessGUID SourceProcessId SourceThreadId
SourceUser StartAddress StartFunction StartModule StartType State Status SubStatus SubjectDomainName SubjectLogonId SubjectUserName SubjectUserSid TargetDomainName
TargetFilename TargetImage TargetInfo TargetLogonId TargetName TargetObject TargetOutboundUserName TargetProcessAddress TargetProcessGUID TargetProcessGuid
TargetProcessId TargetServerName TargetSid TargetUser TargetUserName TargetUserSid TaskContent TaskName TerminalSessionId ThreadId TicketEncryptionType
TicketOptions TransmittedServices Type User UserAccountControl UserName UtcTime Value Workstation WorkstationName CommandName CommandPath EnabledPrivilegeList
ContextInfo FileNameBuffer ModifyingApplication ApplicationPath ProcessNameBuffer RequestedPolicy RemoteName ObjectClass param1 param2 param3 SourceFilename
PackageSourceUri Configuration SearchFilter SourceParentImage LocalName TemplateContent NewTemplateContent OldUacValue NewUacValue AuditPolicyChanges
SubcategoryGuid Address AppName ParentOfParentImage Source_Network_Address Keywords PasswordLastSet SourceCommandLine ImageName ErrorCode PackageFullName
processPath AllowedToDelegateTo ObjectDN FilterName TaskContentNew SourceName ServerAddress GrandParentImage ExceptionCode Attributes SubjectAccountName
IsatapRouter Binary FileMagicBytes ParentIntegrityLevel Logon_Type TargetParentProcessId HasFullTrust CallingProcess Flags subjectName DistinguishedName SidList
payload ClassName DeviceDescription ProviderContextName AdditionalInfo DestAddress FilterOrigin ClientProcessId AuditSourceName ProcessPath Name AppID
SettingType SettingValue SettingValueString Direction LocalPorts RemotePorts AccessGranted CVEID url
Feature_Name Provider PossibleCause QNAME RemoteAddress AppVersion ModuleName ThreatName PackagePath ImpersonationLevel ServerName SigningUsed EncyptionUsed
MonitorWidth MonitorHeight authenticationMechanism pwszProxy name
Setting KernelDebug TestSigning DisableIntegrityChecks FlightSigning
Caption HiveName DeviceName Origin Task Opcode EventRecordID ExecutionProcessID ExecutionThreadID ActivityID UserID Provider_Guid
`;
const LINUX = `
CommandLine CurrentDirectory Image ParentCommandLine ParentImage User action auth_method command exe host hostname invalid_user ip key_type message method name
outcome pid port program pwd result runas TargetFilename ProcessId service session_id source source_ip src_ip src_port status target_user tty type uid user username msg
`;
const WEB =
  'status method path user_agent referrer bytes vhost host user message time remote_addr request http_version';
const AWS = `
additionalEventData apiVersion awsRegion errorCode errorMessage eventCategory eventID eventName eventSource eventTime eventType eventVersion managementEvent
readOnly recipientAccountId requestID requestParameters resources responseElements serviceEventDetails sharedEventID sourceIPAddress tlsDetails userAgent userIdentity
vpcEndpointId
`;
const words = (text: string): readonly string[] => text.split(/\s+/).filter((word) => word !== '');

/** Own field names by product, or by category where a rule names no product; products not listed here are not checked. */
export const PRODUCT_FIELDS: Readonly<Record<string, readonly string[]>> = {
  windows: words(WINDOWS),
  linux: words(LINUX),
  webserver: words(WEB),
  aws: words(AWS),
};

/** Products whose fields nest: the first step of a dotted name is what is checked. */
export const NESTED_PRODUCTS: ReadonlySet<string> = new Set(['aws']);
