import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type EpochMs, toEpochMs } from '../shared/time.ts';
import { type Holding, NameBook } from './name-book.ts';

const HOUR = 3_600_000;
const at = (hour: number): EpochMs => toEpochMs(hour * HOUR);
const lease = (holder: string, from: number, until: number): Holding => ({
  holder,
  from: at(from),
  until: at(until),
  by: 'dhcp',
});
const own = (holder: string, from: number): Holding => ({
  holder,
  from: at(from),
  by: 'own_events',
});
const told = (...claims: readonly Holding[]): NameBook => {
  const book = new NameBook();
  for (const claim of claims) book.claim('10.0.0.5', claim);
  return book;
};
const holderAt = (book: NameBook, hour: number): string | undefined =>
  book.at('10.0.0.5', at(hour))?.holder;

describe('whose an address was', () => {
  it.each([
    { name: 'within the lease', claims: [lease('laptop-7', 10, 14)], hour: 12, holder: 'laptop-7' },
    { name: 'before the lease', claims: [lease('laptop-7', 10, 14)], hour: 9, holder: undefined },
    {
      name: 'from the end of the lease on',
      claims: [lease('laptop-7', 10, 14)],
      hour: 14,
      holder: undefined,
    },
    {
      name: 'renewed',
      claims: [lease('laptop-7', 10, 14), lease('laptop-7', 12, 16)],
      hour: 15,
      holder: 'laptop-7',
    },
    {
      name: 'of the next one',
      claims: [lease('laptop-7', 10, 14), lease('laptop-8', 13, 17)],
      hour: 13,
      holder: 'laptop-8',
    },
    {
      name: 'of the former one',
      claims: [lease('laptop-7', 10, 14), lease('laptop-8', 13, 17)],
      hour: 12.5,
      holder: 'laptop-7',
    },
    {
      name: 'late by a lease',
      claims: [lease('laptop-8', 13, 17), lease('laptop-7', 10, 14)],
      hour: 12,
      holder: 'laptop-7',
    },
    {
      name: 'late, after it',
      claims: [lease('laptop-8', 13, 17), lease('laptop-7', 10, 14)],
      hour: 13,
      holder: 'laptop-8',
    },
    {
      name: 'by its own events, without end',
      claims: [own('srv-1', 1)],
      hour: 500,
      holder: 'srv-1',
    },
    { name: 'by its own events, before them', claims: [own('srv-1', 8)], hour: 1, holder: 'srv-1' },
    {
      name: 'by a lease rather than by events before it',
      claims: [own('a', 1), lease('a', 2, 4)],
      hour: 5,
      holder: undefined,
    },
    {
      name: 'within a lease that its own events confirm',
      claims: [lease('a', 2, 4), own('a', 3)],
      hour: 5,
      holder: undefined,
    },
  ])('$name', ({ claims, hour, holder }) => {
    expect(holderAt(told(...claims), hour)).toBe(holder);
  });

  it('is nobody any more once a lease is given back', () => {
    const book = told(lease('laptop-7', 10, 14));
    book.end('10.0.0.5', at(12));
    expect([holderAt(book, 11), holderAt(book, 13)]).toEqual(['laptop-7', undefined]);
  });

  it('says what was not known', () => {
    const book = new NameBook();
    const claims = [own('a', 1), own('a', 2), own('b', 3), own('a', 4)];
    expect(claims.map((claim) => book.claim('10.0.0.5', claim))).toEqual([true, false, true, true]);
  });

  it('has one holder at any time whatever is claimed, keeps to its bound, and comes back as it was', () => {
    const claim = fc
      .tuple(fc.constantFrom('a', 'b', 'c'), fc.nat(50), fc.nat(10), fc.boolean())
      .map(([holder, from, length, isLease]) =>
        isLease ? lease(holder, from, from + length + 1) : own(holder, from),
      );
    fc.assert(
      fc.property(fc.array(claim, { maxLength: 30 }), fc.nat(70), (claims, hour) => {
        const book = told(...claims);
        const history = book.historyOf('10.0.0.5');
        expect(history.length).toBeLessThanOrEqual(8);
        expect(history.map(({ from }) => from)).toEqual(
          history.map(({ from }) => from).toSorted((a, b) => a - b),
        );
        const holding = history.filter(
          ({ from, until }) => from <= at(hour) && (until === undefined || at(hour) < until),
        );
        expect(holding.length).toBeLessThanOrEqual(1);
        const again = new NameBook();
        again.restore(JSON.parse(JSON.stringify(book.snapshot())));
        expect(again.historyOf('10.0.0.5')).toEqual(history);
      }),
    );
  });
});
