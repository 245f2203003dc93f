import type { Json } from '../shared/json.ts';
import { type Budget, ByteCursor, type ChunkBytes, EvtxFault, readUtf16 } from './chunk-bytes.ts';
import { fixedBytes, readValue, type ValuePlace } from './value.ts';

/** Elements inside elements inside templates; real events need less than ten. */
const MAX_DEPTH = 48;
const HAS_MORE = 0x40;

const TOKEN = {
  endOfStream: 0x00,
  openStart: 0x01,
  closeStart: 0x02,
  closeEmpty: 0x03,
  endElement: 0x04,
  value: 0x05,
  attribute: 0x06,
  cdata: 0x07,
  charReference: 0x08,
  entityReference: 0x09,
  instructionTarget: 0x0a,
  instructionData: 0x0b,
  templateInstance: 0x0c,
  substitution: 0x0d,
  optionalSubstitution: 0x0e,
  fragmentHeader: 0x0f,
} as const;

const ENTITIES: Readonly<Record<string, string>> = {
  lt: '<',
  gt: '>',
  amp: '&',
  quot: '"',
  apos: "'",
};

/** Binary XML, read: what a record or a template is made of. */
export type XmlNode =
  | {
      readonly kind: 'element';
      readonly name: string;
      readonly attributes: readonly XmlAttribute[];
      readonly children: readonly XmlNode[];
    }
  | { readonly kind: 'text'; readonly value: Json }
  | { readonly kind: 'slot'; readonly index: number; readonly isOptional: boolean }
  | { readonly kind: 'instruction'; readonly target: string; readonly data: string }
  | {
      readonly kind: 'instance';
      readonly nodes: readonly XmlNode[];
      readonly values: readonly ValuePlace[];
    };

export interface XmlAttribute {
  readonly name: string;
  readonly parts: readonly XmlNode[];
}

interface Name {
  readonly text: string;
  readonly size: number;
}

/** Inside a value, an element has no dependency id; everywhere else it has one. */
interface Style {
  readonly hasDependencyId: boolean;
  readonly depth: number;
}

/** The hash that Windows keeps beside each name. */
export function hashName(name: string): number {
  let hash = 0;
  for (let index = 0; index < name.length; index++)
    hash = (Math.imul(hash, 65_599) + name.charCodeAt(index)) | 0;
  return hash & 0xffff;
}

/** Reads the binary XML of one chunk; names and templates are read once and shared by its records. */
export class BinaryXmlReader {
  readonly chunk: ChunkBytes;
  /** Names that do not fit the hash beside them. */
  readonly alteredNames = new Set<number>();
  private readonly budget: Budget;
  private readonly names = new Map<number, Name>();
  private readonly templates = new Map<number, readonly XmlNode[]>();

  constructor(chunk: ChunkBytes, budget: Budget) {
    this.chunk = chunk;
    this.budget = budget;
  }

  /** The nodes between two places of the chunk: the body of a record. */
  readRecord(from: number, end: number): readonly XmlNode[] {
    return this.readNodes(new ByteCursor(this.chunk, from, end), {
      hasDependencyId: true,
      depth: 0,
    });
  }

  /** The nodes of a value that is binary XML itself. */
  readFragment({ from, size }: ValuePlace, depth: number): readonly XmlNode[] {
    return this.readNodes(new ByteCursor(this.chunk, from, from + size), {
      hasDependencyId: false,
      depth,
    });
  }

  private readNodes(cursor: ByteCursor, style: Style): readonly XmlNode[] {
    if (style.depth > MAX_DEPTH) throw new EvtxFault('Elements are nested too deeply', cursor.at);
    const nodes: XmlNode[] = [];
    while (!cursor.isAtEnd) {
      this.budget.spend(0);
      const token = cursor.u8();
      if (token === TOKEN.endOfStream || token === TOKEN.endElement) break;
      const node = this.readNode(token & ~HAS_MORE, cursor, style);
      if (node) nodes.push(node);
    }
    return nodes;
  }

  private readNode(token: number, cursor: ByteCursor, style: Style): XmlNode | undefined {
    switch (token) {
      case TOKEN.openStart:
        return this.readElement(cursor, style);
      case TOKEN.templateInstance:
        return this.readInstance(cursor, style.depth);
      case TOKEN.fragmentHeader:
        cursor.take(3);
        return undefined;
      case TOKEN.instructionTarget:
        return this.readInstruction(cursor);
      default:
        return this.readText(token, cursor);
    }
  }

  private readText(token: number, cursor: ByteCursor): XmlNode {
    switch (token) {
      case TOKEN.value:
        return { kind: 'text', value: this.readLiteral(cursor) };
      case TOKEN.cdata:
        return { kind: 'text', value: this.readString(cursor) };
      case TOKEN.charReference:
        return { kind: 'text', value: String.fromCharCode(cursor.u16()) };
      case TOKEN.entityReference: {
        const name = this.readName(cursor);
        return { kind: 'text', value: ENTITIES[name] ?? `&${name};` };
      }
      case TOKEN.substitution:
      case TOKEN.optionalSubstitution: {
        const index = cursor.u16();
        cursor.take(1);
        return { kind: 'slot', index, isOptional: token === TOKEN.optionalSubstitution };
      }
      default:
        throw new EvtxFault(`There is no token 0x${token.toString(16)}`, cursor.at - 1);
    }
  }

  private readLiteral(cursor: ByteCursor): Json {
    const type = cursor.u8();
    if (type === 0x01) return this.readString(cursor);
    const size = fixedBytes(type);
    if (size === undefined)
      throw new EvtxFault(`A text has the type 0x${type.toString(16)}`, cursor.at - 1);
    return readValue(this.chunk, { type, from: cursor.take(size), size });
  }

  private readString(cursor: ByteCursor): string {
    const text = cursor.text();
    this.budget.spend(text.length);
    return text;
  }

  private readInstruction(cursor: ByteCursor): XmlNode {
    const target = this.readName(cursor);
    if (cursor.u8() !== TOKEN.instructionData)
      throw new EvtxFault('A processing instruction has no data', cursor.at - 1);
    return { kind: 'instruction', target, data: this.readString(cursor) };
  }

  private readElement(cursor: ByteCursor, style: Style): XmlNode {
    const hasAttributes = (this.chunk.bytes[cursor.at - 1] as number) >= HAS_MORE;
    if (this.hasDependencyId(cursor, style)) cursor.take(2);
    cursor.take(4);
    const name = this.readName(cursor);
    const attributes = hasAttributes ? this.readAttributes(cursor) : [];
    const token = cursor.u8();
    if (token === TOKEN.closeEmpty) return { kind: 'element', name, attributes, children: [] };
    if (token !== TOKEN.closeStart)
      throw new EvtxFault('The start of an element does not end', cursor.at - 1);
    const children = this.readNodes(cursor, { ...style, depth: style.depth + 1 });
    return { kind: 'element', name, attributes, children };
  }

  /** Some writers leave the id out where it belongs; then only the other reading finds a name. */
  private hasDependencyId({ at }: ByteCursor, style: Style): boolean {
    const [expected, other] = style.hasDependencyId ? [at + 6, at + 4] : [at + 4, at + 6];
    const isOther = !this.isNameAt(expected) && this.isNameAt(other);
    return style.hasDependencyId !== isOther;
  }

  /** Does the place hold the offset of a name that fits its hash? */
  private isNameAt(at: number): boolean {
    const { bytes, view } = this.chunk;
    if (at + 4 > bytes.length) return false;
    const offset = view.getUint32(at, true);
    if (this.names.has(offset)) return true;
    if (offset + 10 > bytes.length) return false;
    const count = view.getUint16(offset + 6, true);
    if (offset + 10 + count * 2 > bytes.length) return false;
    this.budget.spend(count);
    return hashName(readUtf16(this.chunk, offset + 8, count)) === view.getUint16(offset + 4, true);
  }

  private readAttributes(cursor: ByteCursor): readonly XmlAttribute[] {
    cursor.take(4);
    const attributes: XmlAttribute[] = [];
    while ((this.peek(cursor) & ~HAS_MORE) === TOKEN.attribute) {
      this.budget.spend(0);
      cursor.take(1);
      attributes.push({ name: this.readName(cursor), parts: this.readParts(cursor) });
    }
    return attributes;
  }

  /** The texts and slots that an attribute's value is put together from. */
  private readParts(cursor: ByteCursor): readonly XmlNode[] {
    const parts: XmlNode[] = [];
    for (;;) {
      const token = this.peek(cursor) & ~HAS_MORE;
      const isPart =
        token === TOKEN.value ||
        (token >= TOKEN.cdata && token <= TOKEN.entityReference) ||
        token === TOKEN.substitution ||
        token === TOKEN.optionalSubstitution;
      if (!isPart) return parts;
      this.budget.spend(0);
      cursor.take(1);
      parts.push(this.readText(token, cursor));
    }
  }

  private peek(cursor: ByteCursor): number {
    return cursor.isAtEnd ? TOKEN.endOfStream : (this.chunk.bytes[cursor.at] as number);
  }

  /** A name stands right here when its offset is this place; else it stood elsewhere in the chunk before. */
  private readName(cursor: ByteCursor): string {
    const offset = cursor.u32();
    const name = this.names.get(offset) ?? this.learnName(offset);
    if (offset === cursor.at) cursor.take(name.size);
    return name.text;
  }

  private learnName(offset: number): Name {
    const cursor = new ByteCursor(this.chunk, offset, this.chunk.bytes.length);
    cursor.take(4);
    const hash = cursor.u16();
    const count = cursor.u16();
    const text = readUtf16(this.chunk, cursor.take(count * 2), count);
    cursor.take(2);
    this.budget.spend(count);
    if (hashName(text) !== hash) this.alteredNames.add(offset);
    const name = { text, size: cursor.at - offset };
    this.names.set(offset, name);
    return name;
  }

  private readInstance(cursor: ByteCursor, depth: number): XmlNode {
    cursor.take(5);
    const offset = cursor.u32();
    const isHere = offset === cursor.at;
    const nodes = this.templates.get(offset) ?? this.learnTemplate(offset, depth);
    if (isHere) {
      cursor.take(20);
      cursor.take(cursor.u32());
    }
    const count = cursor.u32();
    const head = cursor.take(count * 4);
    const values: ValuePlace[] = [];
    for (let at = head; at < head + count * 4; at += 4) {
      this.budget.spend(0);
      const size = this.chunk.view.getUint16(at, true);
      const type = this.chunk.bytes[at + 2] as number;
      values.push({ type, from: cursor.take(size), size });
    }
    return { kind: 'instance', nodes, values };
  }

  private learnTemplate(offset: number, depth: number): readonly XmlNode[] {
    const head = new ByteCursor(this.chunk, offset, this.chunk.bytes.length);
    head.take(20);
    const size = head.u32();
    const from = head.take(size);
    const nodes = this.readNodes(new ByteCursor(this.chunk, from, from + size), {
      hasDependencyId: true,
      depth: depth + 1,
    });
    this.templates.set(offset, nodes);
    return nodes;
  }
}
