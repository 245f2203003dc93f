import { describe, expect, it } from 'vitest';
import { toEvent } from '../fixtures/stream.ts';
import { newAdmin } from './new-admin.ts';

interface Call {
  readonly who: string;
  readonly what: string;
  readonly isFailure?: boolean;
}

function textsOf(calls: readonly Call[]): readonly string[] {
  const detector = newAdmin.create({ keys: 1_000, p: 0.01 });
  return calls.flatMap(({ who, what, isFailure }, offset) => {
    const event = toEvent(
      {
        time: offset * 60_000,
        class_uid: 6003,
        activity_id: 1,
        status_id: isFailure ? 2 : 1,
        actor: { user: { name: who } },
        api: { operation: what },
      },
      offset,
    );
    return detector.observe(event, event.time).map(({ text }) => text);
  });
}

const usual = (count: number): readonly Call[] =>
  Array.from({ length: count }, (_, n) => ({ who: `u${n % 10}`, what: `Describe${n % 7}` }));

describe('new-admin', () => {
  it.each([
    'CreateAccessKey',
    'AttachUserPolicy',
    'AddUserToGroup',
    'Consent to application',
    'Add member to role',
  ])('sees the first %s of an account', (what) =>
    expect(textsOf([...usual(1_000), { who: 'u3', what }])).toHaveLength(1),
  );

  it.each([
    { name: 'the usual', calls: usual(2_000) },
    { name: 'reading of policies', calls: [...usual(1_000), { who: 'u3', what: 'GetUserPolicy' }] },
    {
      name: 'what was refused',
      calls: [...usual(1_000), { who: 'u3', what: 'CreateAccessKey', isFailure: true }],
    },
    {
      name: 'an administrator at work',
      calls: [
        ...Array.from({ length: 400 }, () => ({ who: 'admin', what: 'CreateAccessKey' })),
        ...usual(400),
        ...Array.from({ length: 50 }, () => ({ who: 'admin', what: 'CreateAccessKey' })),
      ],
    },
    { name: 'the first hour', calls: [...usual(20), { who: 'u3', what: 'CreateAccessKey' }] },
  ])('is silent on $name', ({ calls }) => expect(textsOf(calls)).toEqual([]));
});
