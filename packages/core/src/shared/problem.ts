/**
 * Every problem a person or a machine can be shown, by code, with one sentence on what it means.
 * Codes are never renamed and never reused. Grouped by the part that raises them, in alphabetical
 * order inside a group; `tools/house.test.ts` holds the reference page to this list.
 */
export const PROBLEM_CODES = {
  // shared
  bad_request: 'The request does not have the shape the API asks for.',
  bad_story: 'A story of `scenarios/` does not have the form it needs.',
  bug: 'Cordon itself made a mistake; the input was set aside and the rest went on.',
  commit_failed: 'A batch could not be written to the state store; it is tried again.',
  record_fatal:
    'A record ended the thread that thinks about records twice; it was set aside and the rest went on.',
  thinking_lost:
    'The thread that thinks about records ended; another one goes on from what is on disk.',
  demo_playing: 'The demo attack is playing already.',
  demo_stopped: 'The demo attack stopped before its end.',
  not_found: 'There is nothing under that name or id.',
  // api
  account_exists: 'There is an account of that name already.',
  already_set_up: 'The first administrator is there already.',
  bad_host: 'The Host header does not name this server.',
  bad_setup_link: 'The set-up link is not valid, was used, or is too old.',
  cross_site: 'The request was started by another site.',
  forbidden: 'Your role does not allow this.',
  login_failed: 'Name and password do not fit together.',
  login_throttled: 'There were too many failed log-ins from there.',
  not_logged_in: 'This needs a login or an API token.',
  payload_too_large: 'The body is larger than the limit.',
  proposals_throttled: 'As many proposed actions wait for a person as may.',
  request_timeout: 'A request was not whole within the time that the server waits for it.',
  too_many_streams: 'There are as many live streams as the server allows.',
  tries_throttled: 'There were too many wrong tokens from there.',
  unsupported_media_type: 'The body has a content type or encoding that this route does not take.',
  wrong_signature:
    'The request is not signed with the secret of this webhook, or was signed too long ago.',
  wrong_token: 'The bearer token does not belong to this source.',

  // config
  config_bad_value: 'A setting has a value that is not allowed.',
  config_duplicate: 'Two settings that must differ are the same.',
  config_syntax: 'The configuration file is not valid YAML.',
  config_unknown_key: 'A setting has a name that Cordon does not know.',
  config_unreadable: 'The configuration file cannot be read.',

  // decide
  incident_closed: 'The incident is closed; it has to be reopened before it can be changed.',
  incident_merged: 'The incident holds no alerts any more, because they moved to another one.',
  not_closed: 'What should be reopened is not closed.',

  // narrate
  narrator_answer_unusable: 'The language model of the narrator answered with what is no story.',
  narrator_busy: 'The narrator is at work on as many stories as it may at once.',
  narrator_off: 'No narrator is configured.',
  narrator_unreachable: 'The language model of the narrator could not be asked.',

  // diagnose
  diagnoses_throttled: 'As many diagnoses run, or were asked for, as may at once.',
  target_unreadable: 'What should be diagnosed is not written as a host with a port, or as a URL.',

  // notify
  bad_answer_link: 'The link by which a notification is answered is not ours, or its time is over.',
  channel_refused: 'The receiver behind a channel would not take a notification.',
  channel_unreachable: 'The receiver behind a channel could not be reached; the next one is tried.',
  nobody_configured: 'No people are configured who could be told.',
  evidence_gone: 'Evidence is not there any more, or not what was kept.',
  room_act_unusable:
    'What was to be written into the room of an incident does not fit what stands there.',
  room_content_unusable: 'A template of the incident room cannot be used.',
  room_full: 'The room of an incident takes no more lines.',
  room_no_mail: 'No channel is configured that can send mail.',
  override_unusable: 'An override names nobody who is there, no schedule, or no time to come.',

  // store
  audit_broken:
    'The audit trail does not fit its hash chain: a line was changed, removed or added.',
  bad_cursor: 'The page cursor is not one that this list gave out.',
  block_damaged: 'A stored block of records does not fit its checksum and was left out.',
  disk_full: 'There is no space left on the disk; nothing of the batch was written.',
  event_lost_in_replay:
    'A record gave an event before the last stop that was in no file yet, and gives none read again.',
  event_refused: 'The engine of the event store would not take an event; its record is kept.',
  segment_damaged: 'A segment of the event store cannot be read and was set aside.',
  stale_revision: 'The stored thing is newer than the one the change was based on.',
  store_closed: 'The store is closed.',
  store_failed: 'The disk or the database engine failed.',
  store_locked: 'Another process has this store open.',
  torn_tail: 'The end of a log file was incomplete after a crash and was cut off.',

  // respond
  action_failed: 'An action could not be carried out on its target.',
  action_timed_out: 'A connector did not answer in time; whether it acted is not known.',
  bad_params: 'The parameters of an action do not fit its schema.',
  cacao_bad_signature: 'The signature of a CACAO playbook does not fit the document.',
  cacao_bad_value: 'A CACAO playbook has a value that the standard does not allow there.',
  cacao_cannot_run: 'A CACAO playbook is kept, but cannot be run as it stands.',
  cacao_syntax: 'A CACAO playbook is not valid JSON.',
  connector_bad_value: 'A connector manifest has a value that is not allowed there.',
  connector_syntax: 'A connector manifest is not valid YAML.',
  expression_no_value: 'An expression has no value over the facts of this run.',
  expression_syntax: 'An expression cannot be read.',
  illegal_transition: 'An action cannot go from its state to that one.',
  no_connector: 'No configured connector has the verb that is asked for.',
  automation_unproven: 'Too few verdicts agree with the automation for it to act.',
  plan_changed: 'The plan is not the one that was shown, or it no longer waits.',
  playbook_bad_value: 'A playbook has a value that is not allowed there.',
  playbook_call_cycle: 'Playbooks call each other in a circle.',
  playbook_changed: 'Somebody saved another version of the playbook in the meantime.',
  playbook_missing_approval: 'A step does lasting harm and asks nobody first.',
  playbook_missing_undo: 'A step holds an effect and does not say when it is taken back.',
  playbook_syntax: 'A playbook is not valid YAML.',
  playbook_unbounded_loop: 'A loop does not say how many rounds it may take.',
  playbook_unknown_key: 'A playbook has a key that Cordon does not know.',
  playbook_unknown_name: 'An expression speaks of a fact, an input or a step that is not there.',
  playbook_unknown_verb: 'A step names a verb that is not in the catalogue.',
  playbook_unreachable: 'A playbook has a step that nothing reaches.',
  probe_mismatch: 'The target does not show the effect that was reported.',
  response_delayed:
    'The action ledger could not be read or written; responses wait and are tried again.',
  soar_bad_shape: 'A playbook of Splunk SOAR cannot be taken over.',
  target_ambiguous:
    'A product knows more than one thing by the name of the target; none was touched.',
  target_denied:
    'A product does not accept the credentials of its connector, or does not allow the call.',
  target_not_allowed:
    'The address is private, local or reserved, and sending there is not allowed.',
  target_pending: 'A product took the order and is still at it.',
  target_throttled: 'A product takes no more calls for now; the next one waits.',
  target_unknown: 'A product knows nothing by the name of the target.',
  target_unreachable: 'The product behind a connector could not be reached.',
  // normalise
  parser_bad_pattern: 'A parser has a pattern that cannot be used.',
  parser_bad_shape: 'A parser does not have the form it needs.',
  parser_duplicate: 'Two parsers have the same id.',
  parser_syntax: 'A parser is not valid YAML.',
  parser_unknown_attribute: 'A parser fills an attribute that OCSF events do not have.',
  parser_unknown_class: 'A parser names an event class that OCSF does not have.',
  parser_unreadable: 'A parser file cannot be read.',
  record_bad_json: 'The record begins as JSON but is none, or is too large to be read as JSON.',
  record_no_header: 'The record is a row of a table whose header was not seen.',
  record_unknown_form: 'No parser knows the form of the record.',
  record_unknown_message: 'A parser knows what wrote the record, but not this message.',
  record_unknown_program: 'The record is syslog of a program that no parser knows.',

  // sources, intake, investigate, command line
  archive_damaged: 'An archive could not be unpacked to its end; what came before was read.',
  archive_too_large: 'An archive unpacks to more than the limit; the rest was left out.',
  bad_frame:
    'A sender broke the framing of syslog over TCP; the bytes up to the next line were left out.',
  binary_file: 'A file is not text and was left out.',
  capture_damaged: 'A packet capture is damaged from one place on; what came before it was read.',
  capture_dropped: 'The program that wrote a packet capture says that it missed packets.',
  capture_packet_damaged: 'Packets of a capture do not fit their own lengths and were left out.',
  capture_truncated: 'A packet capture ends inside a packet; what came before it was read.',
  capture_unknown_link:
    'Packets of a capture come from a kind of link that Cordon does not read, and were left out.',
  connection_refused: 'A source has as many connections as it allows and turned one away.',
  evtx_chunk_damaged:
    'A chunk of a Windows event log file is damaged; the records that could be found in it were read.',
  evtx_file_damaged: 'The header of a Windows event log file is damaged; its chunks were read.',
  evtx_record_damaged: 'A record of a Windows event log file could not be read and was left out.',
  file_left_out: 'A file does not look like a log and was left out.',
  flow_bad_datagram: 'A datagram is neither NetFlow v5, v9 nor IPFIX and was left out.',
  flow_bad_set: 'A part of a datagram of flows does not fit its own lengths and was left out.',
  flow_no_template: 'Flows whose template did not come in time could not be read.',
  flow_sequence_gap: 'Flows did not arrive, as the sequence numbers of their exporter show.',
  flow_unknown_exporter: 'Flows came from an address that is not one of the exporters allowed.',
  trap_refused:
    'A notification of SNMP came with a community or a user that is not one of those listened to.',
  trap_unreadable: 'A datagram is no notification of SNMP and was left out.',
  line_too_long: 'A line is longer than the limit and was left out.',
  object_damaged:
    'An object of a bucket could not be unpacked or read to its end; what came before was taken.',
  order_partial: 'There were too many records to sort at once; they were sorted in blocks.',
  page_damaged:
    'An API answered with a page that cannot be read; the same page is asked for again.',
  queue_full: 'The queue in front of the record log is full; the records were not taken.',
  read_failed: 'A file or folder could not be read.',
  record_too_large: 'A record is larger than the limit of its source and was left out.',
  source_denied:
    'What a source reads from does not accept its credentials, or does not allow the reading.',
  source_failed: 'A source could not start or stopped by itself; it is tried again.',
  source_throttled: 'What a source reads from asked it to slow down; it goes on later.',
  source_unreachable: 'What a source reads from could not be reached; it is tried again.',
  tls_failed: 'A TLS connection could not be set up.',
  unknown_source: 'There is no source of that kind or id.',
  // enrich
  inventory_broken:
    'An inventory of assets or identities cannot be read; what it told before stays in use.',
  inventory_unreachable: 'A directory could not be asked; what it told before stays in use.',
  geoip_broken: 'A GeoIP database cannot be read; the one before it stays in use.',

  // intel
  feed_broken: 'A feed did not give what it should; what it gave before stays in use.',
  feed_denied: 'A feed does not accept the credentials, or does not allow the reading.',
  feed_too_large: 'A feed is larger than its limit; what it gave before stays in use.',
  feed_unreachable: 'A feed could not be reached; it is tried again later.',

  // detection
  hunt_syntax: 'A hunt over stored events cannot be read.',
  rule_bad_condition: 'The condition of a rule cannot be read.',
  rule_bad_correlation: 'A part of a correlation is not one that Cordon can count.',
  rule_bad_detection: 'A search identifier of a rule does not have a form that Sigma knows.',
  rule_bad_value: 'A value of a rule is not allowed where it stands.',
  rule_cache_unusable:
    'The cache of rules that were read before is damaged or cannot be written; they are read from their files.',
  rule_duplicate_id: 'Two rules have the same id; the second one was left out.',
  rule_missing_part: 'A rule lacks a part that it cannot be without.',
  rule_left_out: 'A rule of an import was left out.',
  rule_source_unreadable: 'What rules should be imported from cannot be read.',
  rule_over_budget:
    'A rule took more of the processor than a rule may; it is set aside until somebody lifts it.',
  rule_syntax: 'A rule file is not valid YAML, or not a rule.',
  rule_unknown_field: 'A rule reads a field that its log source does not have.',
  rule_unknown_modifier: 'A rule uses a modifier that Cordon does not know.',
  rule_unknown_reference: 'A correlation refers to a rule that is not there.',
  rule_unreadable: 'A rule file cannot be read.',
} as const;

/** One of the codes of {@link PROBLEM_CODES}. */
export type ProblemCode = keyof typeof PROBLEM_CODES;

/** Where in an authored file or an input a problem lies; lines and columns count from 1. */
export interface Location {
  readonly file: string;
  readonly line?: number;
  readonly column?: number;
  /** Place in a file that has no lines, from 0. */
  readonly byte?: number;
}

/** What happened, what was expected and what to do next, as data. */
export interface Problem {
  readonly code: ProblemCode;
  /** What happened, one sentence with a full stop, without blame. */
  readonly detail: string;
  /** What to do next. */
  readonly hint?: string;
  readonly at?: Location;
  /** May the same thing succeed when tried again unchanged? The runner decides on this alone. */
  readonly retryable: boolean;
  /** Sooner than this it is not worth trying again, as the other side says. */
  readonly retryAfterMs?: number;
}

/** One line for a terminal, in the form editors can click: `file:line:column: detail [code]`. */
export function printProblem(problem: Problem): string {
  const { at, detail, code, hint } = problem;
  const where = at
    ? `${[at.file, at.line, at.column].filter((part) => part !== undefined).join(':')}${at.byte === undefined ? '' : ` byte ${at.byte}`}: `
    : '';
  return `${where}${detail} [${code}]${hint ? `\n  hint: ${hint}` : ''}`;
}
