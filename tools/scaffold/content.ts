import type { ScaffoldFile } from './scaffold-file.ts';

const schemaOf = (name: string): string =>
  `# yaml-language-server: $schema=../../schemas/${name}.schema.json\n`;

/** A parser of one syslog program; its case fails until it says what a line must become. */
export const createParserFiles = (id: string): readonly ScaffoldFile[] => [
  {
    path: `content/parsers/${id}/parser.yml`,
    text: `${schemaOf('parser')}# What writes these lines, and since which version they look so.
id: ${id}
title: ${id}
read: syslog
programs: [${id}]
logsource: {product: linux, service: ${id}}
set:
  message: $message
  process.name: $program
messages:
  - name: log-in
    pattern: 'login of {user*} from {ip}'
    class: 3002
    set: {activity_id: 1, status_id: 1, severity_id: 1, user.name: $user, src_endpoint.ip: $ip}
  - name: any other message
    class: 0
`,
  },
  {
    path: `content/parsers/${id}/cases.yml`,
    text: `${schemaOf('parser-cases')}# Lines you wrote yourself; never lines of somebody's real logs.
- name: FILL IN what this line shows
  record: 'Mar  4 08:15:22 host ${id}[7]: FILL IN a line'
  event: {class_uid: 3002, user.name: FILL IN}
`,
  },
];

/** A rule over sshd events; its case must fire and does not until both are written. */
export const createRuleFiles = (id: string): readonly ScaffoldFile[] => [
  {
    path: `content/rules/${id}/rule.yml`,
    text: `${schemaOf('rule')}title: ${id}
id: ${id}
status: experimental
description: FILL IN one sentence on what a match means.
author: Cordon
date: '2026-01-01'
tags:
- attack.initial-access
- attack.t1078
logsource:
  product: linux
  service: sshd
detection:
  login:
    class_uid: 3002
    status_id: 1
    message|contains: FILL IN
  condition: login
falsepositives:
- FILL IN what harmless thing looks the same
level: medium
`,
  },
  {
    path: `content/rules/${id}/cases.yml`,
    text: `${schemaOf('rule-cases')}must_fire:
- title: FILL IN the attack
  events:
  - logsource: {product: linux, service: sshd, categories: []}
    attributes: {class_uid: 3002, activity_id: 1, status_id: 1, message: a line of the attack}
must_not_fire:
- title: FILL IN what looks alike and is harmless
  events:
  - logsource: {product: linux, service: sshd, categories: []}
    attributes: {class_uid: 3002, activity_id: 1, status_id: 1, message: a harmless line}
`,
  },
];

/** A playbook that blocks the sources of an incident; its case names a target that is not there. */
export const createPlaybookFiles = (id: string): readonly ScaffoldFile[] => [
  {
    path: `content/playbooks/${id}/playbook.yml`,
    text: `${schemaOf('playbook')}playbook: ${id}
version: 1
title: ${id}
description: FILL IN when it starts and what it does.
on: '"bruteforce" in incident.behaviours && incident.severity >= critical && incident.p >= 0.9'
each: incident.source_ips
steps:
  - id: block
    do: net.ip.block
    with: { ip: '\${{ item }}' }
    for: 1h
    undo: auto
    reason: 'FILL IN (INC-\${{ incident.number }})'
`,
  },
  {
    path: `content/playbooks/${id}/cases.yml`,
    text: `${schemaOf('playbook-cases')}- name: FILL IN what must be done for whom
  incident: { behaviours: [bruteforce], severity: critical, p: 0.95, entities: [{ kind: ip, id: 203.0.113.7, role: source }] }
  expect:
    - { verb: net.ip.block, target: FILL IN, for: 1h }
- name: another behaviour starts nothing
  incident: { behaviours: [policy], severity: critical, p: 0.95, entities: [{ kind: ip, id: 203.0.113.7, role: source }] }
  expect: []
`,
  },
];
