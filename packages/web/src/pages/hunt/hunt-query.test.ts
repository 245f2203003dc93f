import { describe, expect, it } from 'vitest';
import { completions, fieldAt, flatten, narrowed, quoted } from './hunt-query.ts';

describe('writing a hunt', () => {
  it.each([
    ['root', 'root'],
    ['192.0.2.1', '192.0.2.1'],
    ['a b', '"a b"'],
    ['and', '"and"'],
    ['say "x"', `'say "x"'`],
    [`it's "x"`, `"it's \\"x\\""`],
    ['C:\\x', '"C:\\x"'],
  ])('quotes %s where it needs to', (value, expected) => {
    expect(quoted(value)).toBe(expected);
  });

  it.each([
    ['', 'a = 1', 'a = 1'],
    ['b = 2', 'a = 1', 'b = 2 and a = 1'],
    ['b = 2 or c = 3', 'a = 1', '(b = 2 or c = 3) and a = 1'],
  ])('narrows %s by one condition', (query, condition, expected) => {
    expect(narrowed(query, condition)).toBe(expected);
  });

  it.each([
    ['user.na', 'user.na'],
    ['a = 1 and us', 'us'],
    ['not (us', 'us'],
    ['user.name = ro', undefined],
    ['user.name ', undefined],
    ['user.name in (ro', undefined],
    ['a = "and us', undefined],
  ])('completes the field of %s', (query, word) => {
    expect(fieldAt(query, query.length)?.word).toBe(word);
  });

  it('offers names that begin so before names that hold it', () => {
    expect(completions(['actor.user.name', 'user.name', 'time'], 'user')).toEqual([
      'user.name',
      'actor.user.name',
    ]);
    expect(completions(['time'], 'time')).toEqual([]);
  });

  it('names what an event holds as a hunt takes it', () => {
    const event = { user: { name: 'a' }, provenance: { sourceId: 's', fields: { EventID: 1 } } };
    expect(flatten(event)).toEqual([
      ['user.name', 'a'],
      ['source', 's'],
      ['fields.EventID', '1'],
    ]);
  });
});
