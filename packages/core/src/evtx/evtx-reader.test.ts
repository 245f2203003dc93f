import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { EvtxItem } from './evtx-chunk.ts';
import { createEvtxReader, isEvtx, readEvtx } from './evtx-reader.ts';
import {
  type ElementSpec,
  EVENT,
  type RecordSpec,
  recordOf,
  sealChunk,
  textValue,
  utf16,
  type ValueSpec,
  writeEvtx,
} from './fixtures/evtx-writer.ts';

const CHUNK = 4_096;

interface Read {
  readonly events: readonly unknown[];
  readonly values: readonly unknown[];
  readonly codes: readonly string[];
  readonly lost: number;
  readonly items: readonly EvtxItem[];
}

function read(bytes: Uint8Array): Read {
  const items = [...readEvtx(bytes)];
  const records = items.flatMap((item) => (item.kind === 'record' ? [item] : []));
  const problems = items.flatMap((item) => (item.kind === 'problem' ? [item] : []));
  const readValueOf = (event: object) => {
    const { Event: outer } = event as { Event: { EventData?: { Value?: unknown } } };
    return outer?.EventData?.Value;
  };
  return {
    items,
    events: records.map(({ event }) => event),
    values: records.map(({ event }) => readValueOf(event)),
    codes: problems.map(({ problem }) => problem.code),
    lost: problems.reduce((sum, { lost }) => sum + lost, 0),
  };
}

const texts = (count: number, from = 1): RecordSpec[] =>
  Array.from({ length: count }, (_, index) =>
    recordOf(from + index, textValue(`v${from + index}`)),
  );
const xmlOf = (xml: RecordSpec['xml']): unknown => read(writeEvtx([[{ id: 1, xml }]])).events[0];
const event = (...children: NonNullable<ElementSpec['children']>): ElementSpec => ({
  name: 'Event',
  children,
});

describe('an event log file', () => {
  it('gives its records as the JSON that is usual', () => {
    const { events, items } = read(writeEvtx([texts(1)]));
    expect(events).toEqual([
      {
        Event: {
          '#attributes': { xmlns: 'http://schemas.microsoft.com/win/2004/08/events/event' },
          System: {
            Provider: { '#attributes': { Name: 'Test' } },
            EventID: 4632,
            Channel: 'Security',
            Computer: 'DC1',
          },
          EventData: { Value: 'v1' },
        },
      },
    ]);
    expect(items[0]).toMatchObject({
      place: { byte: CHUNK + 512, chunk: 0, recordId: 1 },
      writtenAt: 1_655_526_400_000,
    });
  });

  it('is read in pieces of any size', () => {
    const bytes = writeEvtx([texts(20), texts(5, 21)]);
    const whole = [...readEvtx(bytes)];
    for (const size of [1_000, 4_096, 70_000]) {
      const reader = createEvtxReader();
      const items: EvtxItem[] = [];
      for (let at = 0; at < bytes.length; at += size)
        items.push(...reader.push(bytes.subarray(at, at + size)));
      items.push(...reader.finish());
      expect(items).toEqual(whole);
      expect(reader.tally).toEqual({ seen: 25, read: 25, lost: 0 });
      expect(reader.header).toEqual({ nextRecordId: 26, chunkCount: 2, isDirty: false });
    }
  });

  it('is recognised by its first bytes', () => {
    expect(isEvtx(writeEvtx([]))).toBe(true);
    expect(isEvtx(utf16('ElfFile'))).toBe(false);
    expect(isEvtx(new Uint8Array())).toBe(false);
  });

  it('may have chunks that were never used', () => {
    const bytes = writeEvtx([texts(1)]);
    const grown = new Uint8Array(bytes.length + 2 * 65_536);
    grown.set(bytes);
    expect(read(grown)).toMatchObject({ values: ['v1'], codes: [] });
  });
});

describe('binary XML', () => {
  it('puts text together from texts, references and slots', () => {
    const parts = [
      { text: 'a' },
      { entity: 'lt' },
      { char: 66 },
      { cdata: '<c>' },
      { entity: 'x' },
    ];
    expect(xmlOf(event({ name: 'T', children: parts }))).toEqual({ Event: { T: 'a<B<c>&x;' } });
  });

  it('names data by its name, lists what has one name, keeps other attributes', () => {
    const data = (name: string, text: string, more = {}): ElementSpec => ({
      name: 'Data',
      attributes: { Name: [{ text: name }], ...more },
      children: [{ text }],
    });
    const plain = (text: string): ElementSpec => ({ name: 'Data', children: [{ text }] });
    expect(
      xmlOf(
        event(
          data('A', '1'),
          data('A', '2'),
          data('B', '3', { T: [{ text: 't' }] }),
          plain('4'),
          plain('5'),
          { name: 'E' },
        ),
      ),
    ).toEqual({
      Event: {
        A: ['1', '2'],
        B: { '#attributes': { T: 't' }, '#text': '3' },
        Data: ['4', '5'],
        E: null,
      },
    });
  });

  it('keeps a processing instruction and a name that objects are touchy about', () => {
    const got = xmlOf(
      event({ instruction: 'p', data: 'd' }, { name: '__proto__', children: [{ text: 'x' }] }),
    );
    expect(JSON.stringify(got)).toBe('{"Event":{"?p":"d","__proto__":"x"}}');
  });

  it('leaves out attributes and optional values that are not there', () => {
    const template: ElementSpec = event(
      { name: 'Correlation', attributes: { ActivityID: [{ slot: 0, isOptional: true }] } },
      { name: 'T', children: [{ slot: 0, isOptional: true }] },
      { name: 'U', children: [{ slot: 7, isOptional: true }] },
    );
    const values: ValueSpec[] = [{ type: 0, bytes: new Uint8Array() }];
    expect(xmlOf({ template, values })).toEqual({ Event: { Correlation: null, T: null, U: null } });
  });

  it('opens values that are binary XML, with and without a template', () => {
    const template = event({ name: 'UserData', children: [{ slot: 0 }] });
    const inner: ElementSpec = { name: 'In', children: [{ slot: 0 }] };
    const bare: ElementSpec = { name: 'In', children: [{ text: 'b' }] };
    const nested = { type: 0x21, xml: { template: inner, values: [textValue('a')] } } as const;
    expect(xmlOf({ template, values: [nested] })).toEqual({ Event: { UserData: { In: 'a' } } });
    expect(xmlOf({ template, values: [{ type: 0x21, xml: bare }] })).toEqual({
      Event: { UserData: { In: 'b' } },
    });
  });

  it('writes a list of one as its member', () => {
    const values = [utf16('a\0'), utf16('a\0b\0')].map((bytes) => ({ type: 0x81, bytes }));
    expect(
      read(writeEvtx([values.map((value, index) => recordOf(index + 1, value))])).values,
    ).toEqual(['a', ['a', 'b']]);
  });
});

describe('a damaged file', () => {
  const change = (at: number, bytes: readonly number[], isSealed = false): Read => {
    const file = writeEvtx([texts(3), texts(2, 4)]);
    file.set(bytes, at);
    if (isSealed) sealChunk(file.subarray(CHUNK, CHUNK + 65_536));
    return read(file);
  };
  const all = ['v1', 'v2', 'v3', 'v4', 'v5'];
  const second = (): number => {
    const [, item] = read(writeEvtx([texts(3)])).items;
    return item?.place.byte ?? 0;
  };

  it.each([
    ['a header that does not begin like one', 0, 'evtx_file_damaged'],
    ['a header that does not fit its checksum', 24, 'evtx_file_damaged'],
    ['a chunk that does not begin like one', CHUNK, 'evtx_chunk_damaged'],
    ['a chunk header that does not fit', CHUNK + 130, 'evtx_chunk_damaged'],
    ['records that do not fit', CHUNK + 512 + 17, 'evtx_chunk_damaged'],
  ] as const)('with %s is read all the same', (_, at, code) => {
    expect(change(at, [99])).toMatchObject({ codes: [code], values: all, lost: 0 });
  });

  it('loses one record when one is unreadable, and says where', () => {
    const at = second();
    const { codes, values, items } = change(at + 24, [0x33], true);
    expect(codes).toEqual(['evtx_record_damaged']);
    expect(values).toEqual(['v1', 'v3', 'v4', 'v5']);
    expect(items[1]).toMatchObject({ place: { byte: at, chunk: 0, recordId: 2 }, lost: 1 });
    expect(items[1]?.kind === 'problem' && items[1].problem.detail).toContain(`byte ${at}.`);
  });

  it('finds the next record behind one whose size lies', () => {
    const { values, lost } = change(second() + 4, [0xff, 0xff, 0xff], true);
    expect(values).toEqual(['v1', 'v3', 'v4', 'v5']);
    expect(lost).toBe(1);
    const unsealed = change(second() + 4, [0xff, 0xff, 0xff]);
    expect(unsealed).toMatchObject({ values: ['v1', 'v3', 'v4', 'v5'], lost: 1 });
  });

  it('counts the records that a chunk says it has and that are not there', () => {
    const file = writeEvtx([texts(3)]);
    new DataView(file.buffer).setUint32(CHUNK + 16, 10, true);
    sealChunk(file.subarray(CHUNK, CHUNK + 65_536));
    expect(read(file)).toMatchObject({ values: ['v1', 'v2', 'v3'], lost: 7 });
  });

  it('takes no remains of an earlier use for records', () => {
    const old = writeEvtx([texts(6)]);
    const file = writeEvtx([texts(2, 100)]);
    const end = new DataView(file.buffer).getUint32(CHUNK + 48, true);
    const { items } = read(old);
    const from = items.find((item) => item.place.byte >= CHUNK + end)?.place.byte ?? 0;
    file.set(old.subarray(from, from + 4_000), CHUNK + end);
    expect(read(file).values).toEqual(['v100', 'v101']);
    file[CHUNK + 52] = 1;
    expect(read(file)).toMatchObject({
      values: ['v100', 'v101'],
      codes: ['evtx_chunk_damaged'],
    });
  });

  it('reads what a live file holds beyond its stale header', () => {
    const file = writeEvtx([texts(3)]);
    const view = new DataView(file.buffer);
    view.setUint32(CHUNK + 48, second() - CHUNK, true);
    view.setUint32(CHUNK + 16, 1, true);
    view.setUint32(120, 1, true);
    expect(read(file).values).toEqual(['v1', 'v2', 'v3']);
  });

  it('tells a name that does not fit its hash', () => {
    const file = writeEvtx([texts(1)]);
    const at = file.findIndex(
      (_, index) => file.subarray(index, index + 14).join() === utf16('Channel').join(),
    );
    file[at] = 0x58;
    sealChunk(file.subarray(CHUNK, CHUNK + 65_536));
    const { codes, events } = read(file);
    expect(codes).toEqual(['evtx_chunk_damaged']);
    expect(JSON.stringify(events)).toContain('Xhannel');
  });

  it('refuses a template that multiplies its values without end, and goes on', () => {
    const slots = Array.from({ length: 600 }, () => ({ name: 'S', children: [{ slot: 0 }] }));
    const bomb = { template: event(...slots), values: [textValue('x'.repeat(5_000))] };
    const { codes, values } = read(writeEvtx([[{ id: 1, xml: bomb }, ...texts(1, 2)]]));
    expect(codes).toEqual(['evtx_record_damaged']);
    expect(values).toEqual(['v2']);
  });

  it('refuses elements without end, and goes on', () => {
    let deep: ElementSpec = { name: 'D' };
    for (let level = 0; level < 200; level++) deep = { name: 'D', children: [deep] };
    const { codes, values } = read(writeEvtx([[{ id: 1, xml: deep }, ...texts(1, 2)]]));
    expect(codes).toEqual(['evtx_record_damaged']);
    expect(values).toEqual(['v2']);
  });

  it.each([0, 1, 100, 4_095, 4_096, 4_100, 4_700, 5_000, 69_631])(
    'cut to %i bytes ends well',
    (size) => {
      const { lost, values } = read(writeEvtx([texts(30)]).subarray(0, size));
      expect(values.length).toBeLessThanOrEqual(30);
      expect(lost).toBeLessThanOrEqual(30);
    },
  );
});

describe('for any bytes', () => {
  const tallied = (bytes: Uint8Array): void => {
    const reader = createEvtxReader();
    const items = [...reader.push(bytes), ...reader.finish()];
    const { seen, read: count, lost } = reader.tally;
    const sum = items.reduce((total, item) => total + (item.kind === 'record' ? 1 : item.lost), 0);
    expect(sum).toBe(seen);
    expect(seen).toBe(count + lost);
    for (const item of items) {
      expect(item.place.byte).toBeLessThanOrEqual(bytes.length);
      if (item.kind === 'record') expect(JSON.stringify(item.event).length).toBeLessThan(8_000_000);
    }
  };

  it('what is written is what is read', () => {
    const value = fc
      .string({ unit: 'binary', maxLength: 200 })
      .filter((text) => !text.endsWith('\0'));
    fc.assert(
      fc.property(fc.array(value, { maxLength: 60 }), (values) => {
        const records = values.map((text, index) => recordOf(index + 1, textValue(text)));
        expect(read(writeEvtx([records]))).toMatchObject({ values, lost: 0 });
      }),
      { numRuns: Number(process.env['CORDON_FUZZ_RUNS'] ?? 60) },
    );
  });

  it('random bytes behind a header never break it', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 2_000 }), fc.boolean(), (tail, isChunk) => {
        const file = writeEvtx([texts(2)]).slice(0, CHUNK + 512 + tail.length);
        file.set(tail, CHUNK + (isChunk ? 512 : 0));
        tallied(file);
        tallied(tail);
      }),
      { numRuns: Number(process.env['CORDON_FUZZ_RUNS'] ?? 100) },
    );
  });

  const FLIPPED = writeEvtx([texts(8).concat({ id: 9, xml: { template: EVENT, values: [] } })]);
  const flips = fc.array(fc.tuple(fc.integer({ min: 0, max: 6_500 }), fc.nat({ max: 255 })), {
    minLength: 1,
    maxLength: 20,
  });

  it.each([true, false])('changed bytes never break it, checksums made to fit: %s', (isSealed) => {
    fc.assert(
      fc.property(flips, (changes) => {
        const file = FLIPPED.slice();
        for (const [at, byte] of changes) file[at] = byte;
        if (isSealed) {
          new DataView(file.buffer).setUint32(CHUNK + 48, 6_000 - CHUNK, true);
          sealChunk(file.subarray(CHUNK));
        }
        tallied(file);
      }),
      { numRuns: Number(process.env['CORDON_FUZZ_RUNS'] ?? 250) },
    );
  });
});
