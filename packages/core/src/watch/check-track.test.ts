import fc from 'fast-check';
import { expect, it } from 'vitest';
import { toEpochMs } from '../shared/time.ts';
import type { CheckState } from './check.ts';
import { CheckTrack, type Turn } from './check-track.ts';

const WORDS: Readonly<Record<string, CheckState>> = { o: 'ok', w: 'warn', f: 'fail', u: 'unknown' };

/** Turns of readings written as one letter each, as `at:from>to`. */
function turnsOf(letters: string, track = new CheckTrack(2)): readonly string[] {
  const turns = [...letters].flatMap((letter, at): Turn[] => {
    const state = WORDS[letter] ?? 'unknown';
    const turn = track.observe({ at: toEpochMs(at), state, text: letter });
    return turn === undefined ? [] : [turn];
  });
  return turns.map(
    ({ from, to, reading, isFlapping }) =>
      `${reading.at}:${from}>${to}${isFlapping ? ' flapping' : ''}`,
  );
}

it.each([
  { name: 'is known once it came twice', letters: 'oo', turns: ['1:unknown>ok'] },
  { name: 'does not turn for a single failure', letters: 'oofooo', turns: ['1:unknown>ok'] },
  {
    name: 'turns at the second and back at the second',
    letters: 'ooffoo',
    turns: ['1:unknown>ok', '3:ok>fail', '5:fail>ok'],
  },
  {
    name: 'turns from a warning to a failure',
    letters: 'oowwff',
    turns: ['1:unknown>ok', '3:ok>warn', '5:warn>fail'],
  },
  { name: 'says once that nothing can be known', letters: 'uuuu', turns: ['1:unknown>unknown'] },
])('a check $name', ({ letters, turns }) => {
  expect(turnsOf(letters)).toEqual(turns);
});

it('comes and goes: told once as a failure, and once when it is calm', () => {
  const turns = turnsOf(`oo${'fo'.repeat(15)}${'o'.repeat(25)}`);
  expect(turns.slice(0, 2)).toEqual(['1:unknown>ok', '20:ok>fail flapping']);
  expect(turns).toHaveLength(3);
  expect(turns[2]).toMatch(/fail>ok$/);
});

it('goes on from where it stood: what failed before a restart is no news after it', () => {
  const track = new CheckTrack(2, { state: 'fail', since: toEpochMs(5) });
  expect(turnsOf('ff', track)).toEqual([]);
  expect(track.standing).toEqual({ state: 'fail', since: 5 });
  expect(turnsOf('oo', track)).toEqual(['1:fail>ok']);
});

it('keeps sixty readings, and never turns twice to the same', () => {
  fc.assert(
    fc.property(
      fc.array(fc.constantFrom('o', 'w', 'f', 'u'), { maxLength: 300 }),
      fc.integer({ min: 1, max: 5 }),
      (letters, confirmCount) => {
        const track = new CheckTrack(confirmCount);
        const targets = turnsOf(letters.join(''), track).map((turn) => turn.split(/[> ]/)[1]);
        expect(track.readings.length).toBeLessThanOrEqual(60);
        for (const [nth, to] of targets.entries()) expect(to).not.toBe(targets[nth - 1]);
      },
    ),
  );
});
