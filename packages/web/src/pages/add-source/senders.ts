/** Where a sender is to send to. */
export interface Target {
  /** `https://cordon.example:7117` as the browser sees it. */
  readonly origin: string;
  readonly sourceId: string;
  readonly token: string;
  /** A syslog source that listens already. */
  readonly syslog?: { readonly host: string; readonly port: string; readonly isUdp: boolean };
}

/** A product that can send, with what is to be pasted where. */
export interface Sender {
  readonly id: string;
  readonly title: string;
  /** `push`: needs a token; `syslog`: needs a syslog source that listens. */
  readonly way: 'push' | 'syslog';
  /** Where the text goes. */
  readonly place: string;
  readonly text: (target: Target) => string;
}

const hostOf = ({ origin }: Target): string => new URL(origin).hostname;
const portOf = ({ origin }: Target): string => {
  const { port, protocol } = new URL(origin);
  return port || (protocol === 'https:' ? '443' : '80');
};
const isTls = ({ origin }: Target): boolean => origin.startsWith('https:');
const onOff = (value: boolean): string => (value ? 'On' : 'Off');
const syslogOf = ({ syslog }: Target) => syslog ?? { host: 'CORDON', port: '5514', isUdp: false };

const beat = (inputs: string) => (target: Target) =>
  `${inputs}
output.elasticsearch:
  hosts: ["${target.origin}/elasticsearch"]
  api_key: "cordon:${target.token}"
  allow_older_versions: true
setup.template.enabled: false
setup.ilm.enabled: false`;

/** Every sender the wizard knows, in the order in which it is shown. */
export const SENDERS: readonly Sender[] = [
  {
    id: 'rsyslog',
    title: 'rsyslog',
    way: 'syslog',
    place: '/etc/rsyslog.d/60-cordon.conf, then systemctl restart rsyslog',
    text: (target) => {
      const { host, port, isUdp } = syslogOf(target);
      return `*.* action(type="omfwd" target="${host}" port="${port}" protocol="${isUdp ? 'udp' : 'tcp'}"
           template="RSYSLOG_SyslogProtocol23Format"${isUdp ? '' : '\n           tcp_framing="octet-counted"'}
           queue.type="LinkedList" queue.filename="cordon" queue.saveOnShutdown="on"
           action.resumeRetryCount="-1")`;
    },
  },
  {
    id: 'syslog-ng',
    title: 'syslog-ng',
    way: 'syslog',
    place: '/etc/syslog-ng/conf.d/cordon.conf, then syslog-ng-ctl reload',
    text: (target) => {
      const { host, port, isUdp } = syslogOf(target);
      return `destination d_cordon {
  syslog("${host}" port(${port}) transport("${isUdp ? 'udp' : 'tcp'}"));
};
log { source(s_src); destination(d_cordon); };`;
    },
  },
  {
    id: 'nginx',
    title: 'nginx',
    way: 'syslog',
    place: 'nginx.conf, in http or server (nginx sends over UDP)',
    text: (target) => {
      const { host, port } = syslogOf(target);
      return `access_log syslog:server=${host}:${port},tag=nginx combined;
error_log  syslog:server=${host}:${port},tag=nginx warn;`;
    },
  },
  {
    id: 'filebeat',
    title: 'Filebeat',
    way: 'push',
    place: '/etc/filebeat/filebeat.yml',
    text: beat(`filebeat.inputs:
  - type: filestream
    id: system
    paths: [/var/log/auth.log, /var/log/syslog]`),
  },
  {
    id: 'winlogbeat',
    title: 'Winlogbeat',
    way: 'push',
    place: 'C:\\Program Files\\Winlogbeat\\winlogbeat.yml',
    text: beat(`winlogbeat.event_logs:
  - name: Security
  - name: System
  - name: Microsoft-Windows-Sysmon/Operational`),
  },
  {
    id: 'fluent-bit',
    title: 'Fluent Bit',
    way: 'push',
    place: '/etc/fluent-bit/fluent-bit.conf',
    text: (target) => `[INPUT]
    Name  tail
    Path  /var/log/auth.log

[OUTPUT]
    Name          splunk
    Match         *
    Host          ${hostOf(target)}
    Port          ${portOf(target)}
    TLS           ${onOff(isTls(target))}
    Splunk_Token  ${target.token}`,
  },
  {
    id: 'vector',
    title: 'Vector',
    way: 'push',
    place: '/etc/vector/vector.yaml',
    text: (target) => `sources:
  logs:
    type: file
    include: [/var/log/auth.log]
sinks:
  cordon:
    type: http
    inputs: [logs]
    uri: ${target.origin}/api/v1/ingest/${target.sourceId}
    encoding: { codec: text }
    framing: { method: newline_delimited }
    compression: gzip
    auth: { strategy: bearer, token: ${target.token} }`,
  },
  {
    id: 'curl',
    title: 'curl',
    way: 'push',
    place: 'a shell',
    text: (target) => `curl -X POST ${target.origin}/api/v1/ingest/${target.sourceId} \\
  -H 'Authorization: Bearer ${target.token}' \\
  -H 'Content-Type: text/plain' \\
  --data-binary @/var/log/auth.log`,
  },
  {
    id: 'docker',
    title: 'Docker',
    way: 'push',
    place: 'a shell; the same options go into daemon.json for all containers',
    text: (target) => `docker run --log-driver=splunk \\
  --log-opt splunk-url=${target.origin} \\
  --log-opt splunk-token=${target.token} \\
  --log-opt splunk-format=raw --log-opt splunk-verify-connection=false \\
  --log-opt tag="{{.Name}}" nginx`,
  },
  {
    id: 'splunk-hec',
    title: 'Splunk HEC',
    way: 'push',
    place: 'whatever sends to a Splunk HTTP Event Collector',
    text: (target) => `URL:    ${target.origin}/services/collector/event
Token:  ${target.token}

# to try it:
curl ${target.origin}/services/collector/event \\
  -H 'Authorization: Splunk ${target.token}' \\
  -d '{"event": "sshd[811]: Failed password for root from 192.0.2.7 port 22 ssh2"}'`,
  },
  {
    id: 'otlp',
    title: 'OpenTelemetry',
    way: 'push',
    place: 'the configuration of an OpenTelemetry Collector',
    text: (target) => `exporters:
  otlphttp/cordon:
    logs_endpoint: ${target.origin}/v1/logs
    headers:
      Authorization: "Bearer ${target.token}"
service:
  pipelines:
    logs:
      exporters: [otlphttp/cordon]`,
  },
];
