/** Members of a JSON object, none of them known. */
export type Members = Readonly<Record<string, unknown>>;

const XML_DATA = /<Data Name="([\w-]{1,64})">([^<]*)<\/Data>/g;
const XML_ENTITY: Readonly<Record<string, string>> = {
  lt: '<',
  gt: '>',
  amp: '&',
  quot: '"',
  apos: "'",
};
const MAX_DEPTH = 4;

/** The value as an object's members; without any when it is something else. */
export const toMembers = (value: unknown): Members =>
  typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Members) : {};

/** An XML attribute, in whichever way the XML was turned into JSON. */
export function attributeOf(parent: Members, element: string, attribute: string): unknown {
  const node = toMembers(parent[element]);
  return (
    toMembers(node['#attributes'])[attribute] ??
    node[`@${attribute}`] ??
    toMembers(parent[`${element}_attributes`])[attribute] ??
    node[attribute]
  );
}

/** The text of an element, whether it has attributes or not. */
export function textOf(value: unknown): unknown {
  return typeof value === 'object' && value !== null && '#text' in value ? value['#text'] : value;
}

/**
 * `EventData` or `UserData` as flat fields: named data by its name, unnamed data as `Data`, what
 * lies in wrappers by its own name. A name with blanks is also known without them, as Sigma has it.
 */
export function readEventData(data: unknown): Record<string, unknown> {
  const fields: Record<string, unknown> = {};
  if (typeof data === 'string') readXmlData(fields, data);
  else collect(fields, toMembers(data), 0);
  return fields;
}

function readXmlData(fields: Record<string, unknown>, xml: string): void {
  for (const [, name = '', value = ''] of xml.matchAll(XML_DATA)) {
    const text = value.replace(
      /&(lt|gt|amp|quot|apos);/g,
      (_, entity: string) => XML_ENTITY[entity] ?? '',
    );
    setField(fields, name, text);
  }
}

function collect(fields: Record<string, unknown>, members: Members, depth: number): void {
  for (const name in members) {
    const isAttribute =
      name.startsWith('#') || name.startsWith('@') || name.endsWith('_attributes');
    if (isAttribute || !Object.hasOwn(members, name)) continue;
    if (name === 'Data') addData(fields, members[name]);
    else addValue(fields, { name, value: members[name], depth });
  }
}

interface Named {
  readonly name: string;
  readonly value: unknown;
  readonly depth: number;
}

function addValue(fields: Record<string, unknown>, { name, value, depth }: Named): void {
  const list = Array.isArray(value) ? value : undefined;
  if (typeof value !== 'object' || value === null || list?.every(isText)) {
    setField(fields, name, value);
  } else if (list) {
    for (const one of list) addValue(fields, { name, value: one, depth: depth + 1 });
  } else if ('#text' in value) setField(fields, name, value['#text']);
  else if (depth < MAX_DEPTH) collect(fields, value as Members, depth + 1);
}

const isText = (value: unknown): boolean => typeof value !== 'object' || value === null;

/** `<Data>` elements that an exporter left as they are: with a name, or one after the other. */
function addData(fields: Record<string, unknown>, value: unknown): void {
  const unnamed: unknown[] = [];
  for (const one of Array.isArray(value) ? value : [value]) {
    const name = toMembers(toMembers(one)['#attributes'])['Name'] ?? toMembers(one)['@Name'];
    const text = textOf(one);
    if (typeof name === 'string') setField(fields, name, isText(text) ? text : null);
    else unnamed.push(...[text].flat().filter(isText));
  }
  if (unnamed.length > 0) setField(fields, 'Data', unnamed.length === 1 ? unnamed[0] : unnamed);
}

/** The first of a name stays. */
function setField(fields: Record<string, unknown>, name: string, value: unknown): void {
  if (name === '' || name === '__proto__' || Object.hasOwn(fields, name)) return;
  fields[name] = value;
  if (name.includes(' ')) setField(fields, name.replaceAll(' ', ''), value);
}
