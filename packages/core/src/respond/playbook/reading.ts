import type { Node } from 'yaml';
import type { JsonObject } from '../../shared/json.ts';
import { HOUR_MS, MINUTE_MS } from '../../shared/time.ts';
import { parseExpression } from '../cel/expression.ts';
import { listHoles } from '../cel/template.ts';
import { parseDuration } from '../duration.ts';
import type { ApprovalRule, Otherwise } from './playbook.ts';
import type { YamlReader } from './yaml-reader.ts';

/** A playbook in the middle of being read. */
export interface Reading {
  readonly reader: YamlReader;
  /** Where each step stands. */
  readonly places: Map<string, Node>;
  /** Every expression that was read, with where it stands. */
  readonly expressions: { readonly text: string; readonly node: Node | undefined }[];
}

const APPROVE_KEYS = ['expires', 'else'];
const SLUG = /^[a-z0-9][a-z0-9-]{0,63}$/;
const LONGEST_MS = 30 * 24 * HOUR_MS;

export const DEFAULT_APPROVAL_MS = 30 * MINUTE_MS;

export function readSlug(
  { reader }: Reading,
  node: Node | undefined,
  parent: unknown,
): string | undefined {
  const text = reader.text(node);
  if (text !== undefined && SLUG.test(text)) return text;
  reader.report(
    node ?? parent,
    'playbook_bad_value',
    'A name of lower-case letters, digits and "-" is expected here.',
  );
  return undefined;
}

export function readExpression(reading: Reading, node: Node | undefined): string | undefined {
  const text = reading.reader.text(node);
  if (text !== undefined) noteExpression(reading, text, node);
  return text;
}

/** A map whose texts may have holes. */
export function readBound(reading: Reading, node: Node | undefined): JsonObject {
  const value = reading.reader.json(node);
  for (const hole of listHoles(value)) noteExpression(reading, hole, node);
  return value;
}

/** A text that may have holes. */
export function readTemplate(reading: Reading, node: Node | undefined): string | undefined {
  const text = reading.reader.text(node);
  for (const hole of listHoles(text ?? '')) noteExpression(reading, hole, node);
  return text;
}

function noteExpression(reading: Reading, text: string, node: Node | undefined): void {
  const parsed = parseExpression(text);
  if (!parsed.ok) reading.reader.report(node, parsed.problem.code, parsed.problem.detail);
  else reading.expressions.push({ text, node });
}

export function readDuration(reader: YamlReader, node: Node | undefined): number | undefined {
  const text = reader.text(node);
  if (text === undefined) return undefined;
  const ms = parseDuration(text);
  if (ms !== undefined && ms <= LONGEST_MS) return ms;
  reader.report(
    node,
    'playbook_bad_value',
    `"${text}" is not a time such as 30m, 4h or 7d, at most 30d.`,
  );
  return undefined;
}

export function readOtherwise(reader: YamlReader, node: Node | undefined): Otherwise {
  const text = reader.text(node) ?? 'skip';
  if (text !== 'skip' && text !== 'fail')
    reader.report(node, 'playbook_bad_value', '"else" is skip or fail here.');
  return text === 'fail' ? 'fail' : 'skip';
}

export function readApproval({ reader }: Reading, node: Node | undefined): ApprovalRule {
  const members = reader.members(node, APPROVE_KEYS);
  return {
    expiresMs: readDuration(reader, members.get('expires')) ?? DEFAULT_APPROVAL_MS,
    otherwise: readOtherwise(reader, members.get('else')),
  };
}
