import { describe, expect, it } from 'vitest';
import { createDice, toEvent } from '../fixtures/stream.ts';
import { splitName } from './dns-name.ts';
import { dnsTunnel } from './dns-tunnel.ts';
import { machineMade } from './language.ts';

interface LookUp {
  readonly name: string;
  readonly rcode?: string;
}

function textsOf(lookUps: readonly LookUp[]): readonly string[] {
  const detector = dnsTunnel.create({ keys: 1_000, bytes: 1_000 });
  return lookUps.flatMap(({ name, rcode = 'NOERROR' }, offset) => {
    const event = toEvent(
      {
        time: offset * 1_000,
        class_uid: 4003,
        activity_id: 6,
        src_endpoint: { ip: '10.0.0.5' },
        query: { hostname: name },
        rcode,
      },
      offset,
    );
    return detector.observe(event, event.time).map(({ text }) => text);
  });
}

const dice = createDice(9);
const drawn = (length: number, from = 'abcdefghijklmnopqrstuvwxyz234567'): string =>
  Array.from({ length }, () => from[Math.floor(dice() * from.length)]).join('');
const many = (count: number, of: (index: number) => LookUp): readonly LookUp[] =>
  Array.from({ length: count }, (_, index) => of(index));
const PEOPLE = ['mail', 'shop', 'static', 'images', 'login', 'support', 'forum', 'news'];

describe('dns-tunnel', () => {
  it.each([
    {
      name: 'base32 in labels',
      lookUps: many(80, () => ({ name: `${drawn(40)}.t.example.com` })),
      says: /below example\.com/,
    },
    {
      name: 'hex in labels',
      lookUps: many(80, () => ({ name: `${drawn(60, '0123456789abcdef')}.example.co.uk` })),
      says: /below example\.co\.uk/,
    },
    {
      name: 'generated names',
      lookUps: many(60, () => ({ name: `${drawn(14)}.com`, rcode: 'NXDOMAIN' })),
      says: /do not exist/,
    },
  ])('sees $name', ({ lookUps, says }) => {
    const texts = textsOf(lookUps);
    expect(texts[0]).toMatch(says);
    expect(texts.length).toBeLessThan(7);
  });

  it.each([
    {
      name: 'names of people',
      lookUps: many(500, (n) => ({ name: `${PEOPLE[n % 8]}-${PEOPLE[(n >> 3) % 8]}.example.com` })),
    },
    {
      name: 'the same long name',
      lookUps: many(500, () => ({ name: `${'k3q9xz7vbt2w'.repeat(4)}.example.com` })),
    },
    { name: 'a content network', lookUps: many(30, () => ({ name: `d${drawn(13)}.cdn.example` })) },
    {
      name: 'mistyped names',
      lookUps: many(200, (n) => ({
        name: `${PEOPLE[n % 8]}${PEOPLE[(n >> 3) % 8]}.com`,
        rcode: 'NXDOMAIN',
      })),
    },
    {
      name: 'addresses turned round',
      lookUps: many(500, (n) => ({ name: `${n}.0.0.10.in-addr.arpa`, rcode: 'NXDOMAIN' })),
    },
  ])('is silent on $name', ({ lookUps }) => expect(textsOf(lookUps)).toEqual([]));

  it.each([
    ['mail-gateway', false],
    ['customer-support', false],
    ['downloads', false],
    ['k3q9xz7vbt2w', true],
    ['qxvkjzpwhrtm', true],
    ['7f3a9b0c44e1d2', true],
  ])('takes %s for made by a machine: %s', (label, isMade) =>
    expect(machineMade(label) > 0).toBe(isMade),
  );

  it.each([
    ['a.b.example.com', { registered: 'example.com', own: 'example', before: 'ab' }],
    ['www.example.co.uk.', { registered: 'example.co.uk', own: 'example', before: 'www' }],
    ['localhost', undefined],
    ['10.0.0.1', undefined],
  ])('splits %s', (name, parts) => expect(splitName(name)).toEqual(parts));
});
