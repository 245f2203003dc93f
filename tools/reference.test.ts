// What is made from code is fresh, and the schemas of content/ take all of content/.
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Value } from 'typebox/value';
import { describe, expect, it } from 'vitest';
import { parseAllDocuments } from 'yaml';
import { CONTENT_SCHEMAS } from './content-schema.ts';
import { listGenerated } from './generated.ts';

const ROOT = dirname(dirname(fileURLToPath(import.meta.url)));

describe('what is made from code', () => {
  it.each([...listGenerated()])('%s is fresh (else: node tools/reference.ts)', (path, text) => {
    const file = join(ROOT, path);
    expect(existsSync(file) ? readFileSync(file, 'utf8') : '').toBe(text);
  });
});

describe.each(CONTENT_SCHEMAS)('the schema of $name', ({ folder, file, schema }) => {
  const base = join(ROOT, 'content', folder);
  const ids = readdirSync(base).filter((id) => statSync(join(base, id)).isDirectory());

  it(`takes every content/${folder}/*/${file}`, () => {
    const wrong = ids.flatMap((id) => {
      const text = readFileSync(join(base, id, file), 'utf8');
      const documents = parseAllDocuments(text, { merge: true, schema: 'core' });
      if (!Array.isArray(documents)) return [`${id}: empty`];
      return documents.flatMap((document) => {
        const value: unknown = document.toJS();
        if (Value.Check(schema, value)) return [];
        const [first] = Value.Errors(schema, value);
        return [`${id}: ${first?.instancePath} ${first?.message}`];
      });
    });
    expect(wrong).toEqual([]);
  });
  it('refuses what is none', () => {
    expect(Value.Check(schema, { zzz: 1 })).toBe(false);
    expect(Value.Check(schema, 'text')).toBe(false);
  });
});

it('the schema of a parser refuses an attribute that OCSF does not have', () => {
  const { schema } = CONTENT_SCHEMAS[0] ?? {};
  const parser = (attribute: string) => ({
    id: 'a',
    title: 'A',
    read: 'text',
    messages: [{ name: 'any', class: 0, set: { [attribute]: 1 } }],
  });
  expect(schema && Value.Check(schema, parser('severity_id'))).toBe(true);
  expect(schema && Value.Check(schema, parser('sevrity_id'))).toBe(false);
});
