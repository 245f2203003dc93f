import type { CauseCode } from './causes.ts';
import { ask, type Fault, fault, type Walk } from './diagnosis.ts';
import type { TalkFact } from './fact.ts';
import { smallerMtu } from './path-mtu.ts';
import type { Target } from './target.ts';

const REASONS: Readonly<Record<NonNullable<TalkFact['reason']>, CauseCode | undefined>> = {
  'too-many-connections': 'too-many-connections',
  'not-allowed-from-here': 'not-allowed-from-here',
  'starting-up': 'starting-up',
  'login-method': 'login-method',
  algorithms: 'algorithms',
  'old-version': 'old-protocol',
  busy: 'busy',
  'speaks-tls': 'needs-tls',
  // A service that asks for a password is well.
  'needs-password': undefined,
};

/** What a service says first: SSH, SMTP, databases. A plain TCP service is not spoken to. */
export function* walkGreeting(target: Target, address: string): Walk<readonly Fault[]> {
  const { host, port, service } = target;
  const talk = yield* ask<'talk'>({ kind: 'talk', address, port, service });
  if (talk === undefined || (talk.outcome === 'greets' && talk.reason === undefined)) return [];
  const words = { host, port, address, url: `${host}:${port}`, detail: talk.text };
  const told = talk.text === '' ? [] : [`it says: ${talk.text}`];
  const cause = talk.reason === undefined ? undefined : REASONS[talk.reason];
  if (cause !== undefined) return [fault(cause, told, words)];
  if (talk.reason !== undefined) return [];
  switch (talk.outcome) {
    case 'silent':
      return (
        (yield* smallerMtu(target, address)) ?? [
          fault('service-hangs', ['it accepts the connection and says nothing'], words),
        ]
      );
    case 'closed':
      return [fault('closes-at-once', ['it accepts the connection and closes it'], words)];
    case 'reset':
      return [fault('reset-early', ['it accepts the connection and resets it'], words)];
    case 'other-protocol':
      return [fault('other-protocol', told, words)];
    case 'refuses':
      return [fault('busy', told, words)];
    case 'greets':
      return [];
  }
}
