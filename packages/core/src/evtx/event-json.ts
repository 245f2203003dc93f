import type { Json, JsonObject } from '../shared/json.ts';
import type { BinaryXmlReader, XmlAttribute, XmlNode } from './binary-xml.ts';
import { type Budget, EvtxFault } from './chunk-bytes.ts';
import { BINARY_XML_TYPE, readValue, type ValuePlace } from './value.ts';

const MAX_DEPTH = 64;

/** Where nodes are written: the values of their template, and how deep they lie. */
interface Scope {
  readonly values: readonly ValuePlace[];
  readonly depth: number;
}

/** What lies inside an element as it grows. */
interface Content {
  readonly members: Record<string, Json>;
  hasMembers: boolean;
  text: Json | undefined;
}

/**
 * Nodes as the JSON that `evtx_dump` made usual: an element is a member; `<Data Name="x">` is a
 * member `x`; attributes lie under `#attributes`, text beside them under `#text`; an empty element
 * is null. Members of one name become a list, a processing instruction a member `?target`.
 */
export class EventWriter {
  private readonly reader: BinaryXmlReader;
  private readonly budgets: readonly Budget[];

  constructor(reader: BinaryXmlReader, budgets: readonly Budget[]) {
    this.reader = reader;
    this.budgets = budgets;
  }

  /** The record's JSON object. */
  write(nodes: readonly XmlNode[]): JsonObject {
    const content: Content = { members: {}, hasMembers: false, text: undefined };
    this.fill(content, nodes, { values: [], depth: 0 });
    return content.members;
  }

  private fill(content: Content, nodes: readonly XmlNode[], scope: Scope): void {
    if (scope.depth > MAX_DEPTH) throw new EvtxFault('Elements are nested too deeply', 0);
    for (const node of nodes) this.add(content, node, scope);
  }

  private add(content: Content, node: XmlNode, scope: Scope): void {
    switch (node.kind) {
      case 'element':
        this.addElement(content, node, scope);
        break;
      case 'text':
        this.addText(content, node.value);
        break;
      case 'slot':
        this.addSlot(content, node, scope);
        break;
      case 'instruction':
        this.spend(node.target.length + node.data.length);
        addMember(content, `?${node.target}`, node.data);
        break;
      case 'instance':
        this.fill(content, node.nodes, { values: node.values, depth: scope.depth + 1 });
    }
  }

  private addElement(
    content: Content,
    node: XmlNode & { readonly kind: 'element' },
    scope: Scope,
  ): void {
    const inner: Content = { members: {}, hasMembers: false, text: undefined };
    const named = this.addAttributes(inner, node, scope);
    this.fill(inner, node.children, { values: scope.values, depth: scope.depth + 1 });
    const name = named ?? node.name;
    this.spend(name.length);
    addMember(content, name, toValue(inner));
  }

  /** Puts the attributes that have a value into the element; returns the name of a `<Data Name>`. */
  private addAttributes(
    inner: Content,
    { name, attributes }: { readonly name: string; readonly attributes: readonly XmlAttribute[] },
    scope: Scope,
  ): string | undefined {
    let named: string | undefined;
    const written: Content = { members: {}, hasMembers: false, text: undefined };
    for (const attribute of attributes) {
      const value: Content = { members: {}, hasMembers: false, text: undefined };
      this.fill(value, attribute.parts, { values: scope.values, depth: scope.depth + 1 });
      if (value.text === undefined || value.text === null) continue;
      if (name === 'Data' && attribute.name === 'Name' && value.text !== '')
        named = String(value.text);
      else addMember(written, attribute.name, value.text);
      this.spend(attribute.name.length);
    }
    if (written.hasMembers) addMember(inner, '#attributes', written.members);
    return named;
  }

  private addSlot(
    content: Content,
    { index, isOptional }: { readonly index: number; readonly isOptional: boolean },
    scope: Scope,
  ): void {
    const place = scope.values[index];
    if (!place) {
      if (isOptional) return;
      throw new EvtxFault(`The template has no value ${index}`, 0);
    }
    if (place.type === BINARY_XML_TYPE)
      this.fill(content, this.reader.readFragment(place, scope.depth + 1), {
        values: [],
        depth: scope.depth + 1,
      });
    else this.addText(content, readValue(this.reader.chunk, place));
  }

  private addText(content: Content, value: Json): void {
    this.spend(sizeOf(value));
    // Windows writes an element for each member of a list; a list of one is no list then.
    const single = Array.isArray(value) && value.length < 2 ? (value[0] ?? null) : value;
    if (single === null) return;
    content.text = content.text === undefined ? single : `${plain(content.text)}${plain(single)}`;
  }

  private spend(chars: number): void {
    for (const budget of this.budgets) budget.spend(chars);
  }
}

const plain = (value: Json): string => (Array.isArray(value) ? value.join(',') : String(value));

function sizeOf(value: Json): number {
  if (typeof value === 'string') return value.length;
  if (!Array.isArray(value)) return 8;
  return value.reduce<number>((sum, member) => sum + sizeOf(member) + 1, 0);
}

/** An element's content: null, its text, or an object of its members. */
function toValue({ members, hasMembers, text }: Content): Json {
  if (!hasMembers) return text ?? null;
  const isBlank = text === undefined || (typeof text === 'string' && text.trim() === '');
  if (!isBlank || '#attributes' in members) {
    if (text !== undefined) members['#text'] = text;
  }
  return members;
}

function addMember(content: Content, name: string, value: Json): void {
  const { members } = content;
  content.hasMembers = true;
  if (Object.hasOwn(members, name)) {
    const list = asList(members[name] as Json);
    for (const one of asList(value)) list.push(one);
    setMember(members, name, list);
  } else setMember(members, name, value);
}

/** `__proto__` is a name like any other here. */
function setMember(members: Record<string, Json>, name: string, value: Json): void {
  if (name === '__proto__')
    Object.defineProperty(members, name, {
      value,
      enumerable: true,
      configurable: true,
      writable: true,
    });
  else members[name] = value;
}

/** Lists are made anew by each value, so the one that is there may grow. */
const asList = (value: Json): Json[] => (Array.isArray(value) ? (value as Json[]) : [value]);
