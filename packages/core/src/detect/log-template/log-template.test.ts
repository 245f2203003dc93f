import { describe, expect, it } from 'vitest';
import { MINUTE_MS } from '../../shared/time.ts';
import { createDetectorBank } from '../detector-bank.ts';
import { createDetectors } from '../detectors.ts';
import { createDice, toEvent } from '../fixtures/stream.ts';
import { TemplateMiner, tokensOf } from './template-miner.ts';

const START = Date.UTC(2026, 0, 5);
const ignore = () => undefined;

describe('the miner', () => {
  it.each([
    {
      name: 'numbers and addresses are values',
      text: 'port 22 of 10.0.0.1 up',
      tokens: ['port', '<*>', 'of', '<*>', 'up'],
    },
    { name: 'nothing is one empty word', text: '  ', tokens: [''] },
  ])('$name', ({ text, tokens }) => expect(tokensOf(text)).toEqual(tokens));

  it('finds what differs between messages of one form', () => {
    const miner = new TemplateMiner(100);
    miner.mine('a', 'Connection closed by user alice', ignore);
    const { template, isNew } = miner.mine('a', 'Connection closed by user bob', ignore);
    expect(isNew).toBe(false);
    expect(template.tokens.join(' ')).toBe('Connection closed by user <*>');
    expect(miner.mine('a', 'Disk full on volume data', ignore).isNew).toBe(true);
    expect(miner.mine('b', 'Connection closed by user alice', ignore).isNew).toBe(true);
  });

  it('forgets the one seen longest ago and tells it', () => {
    const miner = new TemplateMiner(2);
    const gone: string[] = [];
    for (const word of ['first', 'second', 'third'])
      miner.mine('a', `${word} thing`, ({ tokens }) => gone.push(tokens[0] ?? ''));
    expect(gone).toEqual(['first']);
    expect([miner.size, miner.evicted]).toEqual([2, 1]);
  });
});

describe('messages out of the ordinary', () => {
  const bank = () =>
    createDetectorBank({
      detectors: createDetectors().filter(({ rule }) => rule.id === 'detector:log-template'),
    });
  /** Two days of a dull log, a message about every minute. */
  const dull = (count: number) => {
    const dice = createDice(4);
    const forms = ['Accepted key for user', 'Session closed for user', 'Timer elapsed in unit'];
    return Array.from({ length: count }, (_, nth) =>
      toEvent(
        {
          time: START + nth * MINUTE_MS,
          message: `${forms[Math.floor(dice() * 3)]} u${nth % 7}`,
          device: { hostname: 'srv-1' },
        },
        nth,
      ),
    );
  };
  const ask = (watch: ReturnType<typeof bank>, message: string, at: number) =>
    watch.observe(
      toEvent({ time: START + at * MINUTE_MS, message, device: { hostname: 'srv-1' } }, at),
    );

  it('tells a form that never was, once', () => {
    const watch = bank();
    expect(dull(3_000).flatMap((event) => watch.observe(event))).toEqual([]);
    const [signal] = ask(watch, 'Kernel module of unknown origin loaded', 3_001);
    expect(signal?.text).toContain('never had in 3000 messages: "Kernel module of unknown');
    expect(signal?.anomaly?.p).toBeLessThan(0.001);
    expect(ask(watch, 'Kernel module of unknown origin loaded', 3_002)).toEqual([]);
  });

  it('says nothing where every message has a form of its own, and nothing on the first day', () => {
    const watch = bank();
    const odd = dull(3_000).map((event, nth) => {
      const name = nth.toString(2).replaceAll('0', 'a').replaceAll('1', 'b');
      return { ...event, message: `${name} unlike ${name}x all ${name}y` };
    });
    expect(odd.flatMap((event) => watch.observe(event))).toEqual([]);
    const young = bank();
    for (const event of dull(1_200)) young.observe(event);
    expect(ask(young, 'Kernel module of unknown origin loaded', 1_201)).toEqual([]);
  });

  it('tells a known form that comes far too often, once in five minutes', () => {
    const watch = bank();
    for (const event of dull(3_000)) watch.observe(event);
    const burst = Array.from({ length: 3_000 }, (_, nth) =>
      toEvent(
        { time: START + 3_005 * MINUTE_MS + nth, message: `Session closed for user u${nth}` },
        9_000 + nth,
      ),
    );
    const signals = burst.flatMap((event) => watch.observe(event));
    expect(signals).toHaveLength(1);
    expect(signals[0]?.text).toMatch(
      /messages of one form within five minutes, where about [12] were/,
    );
  });
});
