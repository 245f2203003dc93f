import type { Json, JsonObject } from '../../shared/json.ts';
import { type DocumentReader, isObject } from './document.ts';
import type { CacaoPlaybook } from './model.ts';

const ID =
  /^[a-z][a-z0-9-]+[a-z0-9]--[0-9a-f]{8}-[0-9a-f]{4}-[1-8][0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/;
const TIME = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z$/;
const VARIABLE = /^__[a-zA-Z_][a-zA-Z0-9_-]{0,199}__$/;
const EMAIL = /^[^\s@]+@[^\s@.]+(\.[^\s@.]+)+$/;
const DEFINITIONS = [
  'agent_definitions',
  'target_definitions',
  'authentication_info_definitions',
  'extension_definitions',
  'data_marking_definitions',
];

/** What the standard defines; other products add their own, whose ids are their business. */
const DEFINED: readonly string[] = [
  'group',
  'individual',
  'organization',
  'location',
  'sector',
  'security-category',
  'http-api',
  'linux',
  'net-address',
  'ssh',
  'http-basic',
  'oauth2',
  'user-auth',
  'extension-definition',
  'marking-statement',
  'marking-tlp',
  'marking-iep',
];

/** Reports identifiers, times, numbers, variables and addresses that are not what they must be. */
export function checkParts(reader: DocumentReader, of: JsonObject, playbook: CacaoPlaybook): void {
  checkHead(reader, of);
  for (const id of playbook.steps.map((step) => step.id)) checkId(reader, id, `workflow/${id}`);
  for (const { id, type } of playbook.steps)
    if (!id.startsWith(`${type}--`))
      reader.report(`workflow/${id}`, `its id must begin with its type, "${type}--".`);
  for (const { id, timeoutMs, delayMs } of playbook.steps)
    if ((timeoutMs ?? 0) < 0 || (delayMs ?? 0) < 0)
      reader.report(`workflow/${id}`, 'a time must not be negative.');
  for (const name of DEFINITIONS) checkDefinitions(reader, of[name], name);
  checkVariables(reader, playbook.variables, 'playbook_variables');
  for (const { id, rest } of playbook.steps)
    if (isObject(rest['step_variables']))
      checkVariables(reader, rest['step_variables'], `workflow/${id}/step_variables`);
}

function checkHead(reader: DocumentReader, of: JsonObject): void {
  for (const name of ['id', 'created_by', 'workflow_start', 'workflow_exception'])
    if (typeof of[name] === 'string') checkId(reader, of[name], name);
  for (const name of ['created', 'modified', 'valid_from', 'valid_until'])
    if (typeof of[name] === 'string' && !isTime(of[name]))
      reader.report(name, 'is no time such as 2024-01-31T12:00:00.000Z.');
  checkNumbers(reader, of);
  const [from, until] = [of['valid_from'], of['valid_until']];
  if (
    typeof from === 'string' &&
    typeof until === 'string' &&
    Date.parse(until) <= Date.parse(from)
  )
    reader.report('valid_until', 'must be later than valid_from.');
  if (!isObject(of['workflow']) || Object.keys(of['workflow']).length === 0)
    reader.report('workflow', 'a playbook needs at least one step.');
}

function checkNumbers(reader: DocumentReader, of: JsonObject): void {
  for (const name of ['priority', 'severity', 'impact']) {
    const value = of[name];
    const isGood =
      typeof value === 'number' && Number.isInteger(value) && value >= 0 && value <= 100;
    if (value !== undefined && !isGood) reader.report(name, 'is a whole number from 0 to 100.');
  }
}

const isTime = (text: string): boolean => TIME.test(text) && !Number.isNaN(Date.parse(text));

function checkId(reader: DocumentReader, id: string, path: string): void {
  if (!ID.test(id))
    reader.report(path, `"${id.slice(0, 80)}" is no identifier such as end--<uuid>.`);
}

/** The type of what is defined is the beginning of its id; contacts have addresses. */
function checkDefinitions(reader: DocumentReader, value: Json | undefined, name: string): void {
  for (const [id, one] of Object.entries(reader.object(value, name))) {
    const path = `${name}/${id}`;
    checkId(reader, id, path);
    const of = reader.object(one, path);
    const type = reader.required(of['type'], `${path}/type`);
    const prefix = id.split('--')[0] ?? '';
    const isOpen = !DEFINED.includes(prefix) && !DEFINED.includes(type);
    if (type !== '' && prefix !== type && !isOpen)
      reader.report(`${path}/type`, `"${type}" does not fit the id, which says another type.`);
    if (name === 'agent_definitions' || name === 'target_definitions')
      checkContact(reader, of, path);
  }
}

function checkContact(reader: DocumentReader, of: JsonObject, path: string): void {
  reader.required(of['name'], `${path}/name`);
  const contact = of['contact'];
  const mails = isObject(contact) ? contact['email'] : undefined;
  for (const [kind, mail] of Object.entries(isObject(mails) ? mails : {}))
    if (typeof mail !== 'string' || !(EMAIL.test(mail) || mail.includes('__')))
      reader.report(`${path}/contact/email/${kind}`, 'is no e-mail address.');
}

function checkVariables(reader: DocumentReader, of: JsonObject, path: string): void {
  for (const [name, value] of Object.entries(of)) {
    if (!VARIABLE.test(name))
      reader.report(`${path}/${name}`, 'the name of a variable is such as __name__.');
    if (isObject(value)) reader.required(value['type'], `${path}/${name}/type`);
    else reader.report(`${path}/${name}`, 'a variable is an object.');
  }
}
