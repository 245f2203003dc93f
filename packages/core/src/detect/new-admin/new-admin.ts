import { canonicalUser } from '../../entity/resolve.ts';
import type { Event } from '../../event/event.ts';
import type { EpochMs } from '../../shared/time.ts';
import { entitiesOf } from '../event-entities.ts';
import { createKeyedDetector, KeyedState } from '../keyed-state.ts';
import { newShareOf, note, noteInPool, startNovelty, startPool } from '../statistics/novelty.ts';
import { type Clue, type DetectorRule, defineDetector } from '../stream-detector.ts';
import { chanceText, cut, shouldTell, untold } from '../telling.ts';

/*
 * An account gives rights or credentials and never did that before. Its chance: that of doing
 * anything new, by its own history, times the share of rights among the new things all accounts do.
 */

const REMEMBERED = 128;
const LEARN = 200;
const CLASSES: ReadonlySet<number> = new Set([3001, 3005, 3006, 6003]);
/** OCSF activities that give rights: of accounts, of access, of groups. */
const ACTIVITIES: ReadonlySet<string> = new Set([
  '3001/1',
  '3001/7',
  '3001/11',
  '3005/1',
  '3006/1',
  '3006/3',
]);
/** Operations that give rights or credentials, by the words of AWS, Entra ID, Google Cloud and GitHub. */
const OPERATIONS =
  /policy|accesskey|loginprofile|togroup|member to role|role assignment|app role|consent|service principal|certificates and secrets|oauth|serviceaccountkey|setiam|deploy_key|personal_access_token|add_member|invite/i;
const READS = /^(?:get|list|describe|batchget|lookup|generate|simulate|head)/i;

const rule: DetectorRule = {
  id: 'detector:new-admin',
  title: 'Account gives rights for the first time',
  techniques: ['T1098', 'T1098.001', 'T1098.003', 'T1136'],
  tactics: ['persistence', 'privilege-escalation'],
  falsepositives: ['A new administrator', 'A new tool of automation'],
  behaviour: 'privilege_escalation',
};

export const newAdmin = defineDetector({
  name: 'new-admin',
  description: 'An account that never did so gives rights, a credential, a key or a consent.',
  parameters: {
    keys: { default: 10_000, minimum: 100, maximum: 30_000, description: 'Accounts remembered.' },
    p: { default: 0.01, minimum: 1e-9, maximum: 0.1, description: 'Chance at which it is said.' },
  },
  create({ keys, p: atMost }) {
    const memory = {
      accounts: new KeyedState({ capacity: keys, fresh }),
      pools: new KeyedState({ capacity: 2, fresh: startPool }),
    };
    return createKeyedDetector({
      rule,
      states: memory,
      observe: (event, time) => observe(memory, event, { time, atMost }),
    });
  },
});

const fresh = () => ({ ...untold(), novelty: startNovelty() });

interface Memory {
  readonly accounts: KeyedState<ReturnType<typeof fresh>>;
  readonly pools: KeyedState<ReturnType<typeof startPool>>;
}

function observe(
  { accounts, pools }: Memory,
  event: Event,
  now: { readonly time: EpochMs; readonly atMost: number },
): readonly Clue[] {
  if (!CLASSES.has(event.class_uid) || event.status_id === 2) return [];
  const name = canonicalUser(event.actor?.user?.name ?? event.actor?.user?.uid ?? '');
  if (name === '') return [];
  const operation = event.api?.operation ?? `${event.class_uid}/${event.activity_id}`;
  const everything = pools.at('everything', now.time);
  const rights = pools.at('rights', now.time);
  const account = accounts.at(name, now.time);
  const chance = note(account.novelty, operation, {
    most: REMEMBERED,
    prior: newShareOf(everything),
  });
  noteInPool(everything, chance !== undefined);
  if (chance === undefined) return [];
  const isRight = givesRights(event, operation);
  const share = newShareOf(rights);
  noteInPool(rights, isRight);
  const p = chance * share;
  if (!isRight || everything.total < LEARN || !shouldTell(account, p, now)) return [];
  const before = account.novelty.total - 1;
  return [
    {
      key: `${name} ${operation}`,
      p,
      text: `${cut(name)} used ${cut(operation)} for the first time, which gives rights or credentials: chance ${chanceText(p)} after ${before} other operations.`,
      since: now.time,
      count: 1,
      entities: entitiesOf(event),
      matched: { account: name, operation, before: String(before) },
    },
  ];
}

const givesRights = (event: Event, operation: string): boolean =>
  ACTIVITIES.has(`${event.class_uid}/${event.activity_id}`) ||
  (OPERATIONS.test(operation) && !READS.test(operation));
