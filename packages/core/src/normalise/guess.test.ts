import { describe, expect, it } from 'vitest';
import { toEpochMs } from '../shared/time.ts';
import { readGuess } from './guess.ts';
import { openRecord } from './open-record.ts';
import { SourceMemory } from './source-memory.ts';

function guess(given: string | object) {
  const text = typeof given === 'string' ? given : JSON.stringify(given);
  const receivedAt = toEpochMs(Date.UTC(2026, 2, 5));
  return readGuess(openRecord({ offset: 0, sourceId: 's', receivedAt, text }, new SourceMemory()));
}

describe('a guess', () => {
  it.each([
    ['of the surest name', { ip: '192.0.2.1', client_ip: '192.0.2.7' }],
    ['whatever its case and signs', { 'Client-IP': '192.0.2.7' }],
    ['at any depth', { data: { identity: { ipAddress: '192.0.2.7' } } }],
    ['not below what is acted on', { object: { ip: '198.51.100.1' }, meta: { ip: '192.0.2.7' } }],
  ])('takes the address %s', (_name, more) =>
    expect(guess({ action: 'rename', user: 'ada', ...more })).toMatchObject({
      kind: 'activity',
      ip: '192.0.2.7',
    }),
  );

  it.each([
    [{ status: 'denied' }, 'refused'],
    [{ result: 'SUCCESS' }, 'let_in'],
    [{ outcome: 'pending' }, undefined],
    [{ result: 'NOERROR' }, undefined],
    [{ status: 503 }, 'refused'],
    [{ status_code: 403 }, 'refused'],
  ])('reads how it ended from %j', (more, answer) =>
    expect(guess({ action: 'rename', user: 'ada', ...more })?.['answer']).toBe(answer),
  );

  it.each([
    ['nothing but a level', { level: 'info', msg: 'started', port: 80 }],
    ['an action of nobody from nowhere', { action: 'rename' }],
    ['an address without anything that happened', { ip: '192.0.2.7' }],
    ['JSON that is none', '{"action":'],
    ['a heartbeat', 'Mar  4 10:00:00 box app: heartbeat 17 from 192.0.2.7'],
  ])('is not made of %s', (_name, given) => expect(guess(given)).toBeUndefined());
});
