import { idOf } from '../shared/id.ts';
import { type EpochMs, MINUTE_MS, toEpochMs } from '../shared/time.ts';
import { findJoinable, type Loudness, loudnessOf } from './loudness.ts';
import type { Matter, Notification, NotificationItem } from './matter.ts';
import { type OnCall, type Recipient, recipientsOf } from './recipients.ts';
import type { Contact, Person, Team } from './roster.ts';

/** Everything a decision is made from, besides the matter itself. */
export interface Situation extends OnCall {
  /**
   * Notifications that are not yet handed over, and those of the longest budget's window and of the
   * last hour, whoever they are for.
   */
  readonly sent: readonly Notification[];
}

/** Notifications of one step: new ones, and ones that are on their way and take it along. */
export interface Told {
  readonly notifications: readonly Notification[];
  /** When the last of them is handed over; undefined when nobody is told. */
  readonly at?: EpochMs;
}

/** Tells everybody of one step of the chain. */
export function tellStep(
  matter: Matter,
  step: number,
  { situation, because }: { readonly situation: Situation; readonly because: readonly string[] },
): Told {
  const team = situation.roster.teams.get(matter.team.id);
  const targets = team?.steps[step]?.tell ?? [];
  const recipients = recipientsOf(targets, matter.need, { team, onCall: situation });
  let told: readonly Notification[] = [];
  let lastAt: number | undefined;
  for (const recipient of recipients) {
    const sent = merge(situation.sent, told);
    const loudness = loudnessOf(matter, recipient.person, {
      policy: situation.roster.policy,
      sent,
      now: situation.now,
    });
    const why = sayWhy({ matter, team, step, recipient, loudness, because });
    told = merge(told, [
      plan(matter, { step, person: recipient.person, loudness, why, sent, now: situation.now }),
    ]);
    lastAt = Math.max(lastAt ?? 0, loudness.at);
  }
  return { notifications: told, ...(lastAt === undefined ? {} : { at: toEpochMs(lastAt) }) };
}

/** The later of two with one id counts. */
export const merge = (
  earlier: readonly Notification[],
  later: readonly Notification[],
): readonly Notification[] => [
  ...new Map([...earlier, ...later].map((one) => [one.id, one])).values(),
];

/** What one decision changed, each thing one revision on from what was there, however often it was touched. */
export const asOneChange = (
  before: readonly Notification[],
  changed: readonly Notification[],
): readonly Notification[] =>
  changed.map((one) => {
    const known = before.find(({ id }) => id === one.id);
    return { ...one, revision: known ? known.revision + 1 : 0 };
  });

interface Planning {
  readonly step: number;
  readonly person: Person;
  readonly loudness: Loudness;
  readonly why: readonly string[];
  readonly sent: readonly Notification[];
  readonly now: EpochMs;
}

function plan(matter: Matter, planning: Planning): Notification {
  const { person, loudness, why, sent, now, step } = planning;
  const { urgency } = loudness;
  const item: NotificationItem = {
    matterId: matter.id,
    priority: matter.need.priority,
    why,
    ...(matter.need.kind === 'test' ? { isTest: true } : {}),
  };
  const pending = findPending(sent, { matter, person, urgency });
  if (pending) return join(pending, item, loudness.at);
  const joined = item.isTest ? undefined : findJoinable(sent, person.id, urgency);
  if (joined) return join(joined, item, loudness.at);
  const round = matter.state.status === 'open' ? matter.state.round : 0;
  return {
    id: idOf('ntf', [matter.id, matter.wave, round, step, person.id, urgency, now]),
    personId: person.id,
    urgency,
    items: [item],
    contacts: contactsOf(matter, person, urgency),
    state: { status: 'planned', nextAt: loudness.at },
    attempts: [],
    plannedAt: now,
    revision: 0,
  };
}

/** The same matter is in it once. Before the first try the earlier time holds; after it, that of the next try. */
function join(into: Notification, item: NotificationItem, at: EpochMs): Notification {
  const { state, attempts } = into;
  const others = into.items.filter(({ matterId }) => matterId !== item.matterId);
  const isUntried = state.status === 'planned' && attempts.length === 0;
  return {
    ...into,
    items: [...others, item],
    ...(isUntried
      ? { state: { status: 'planned', nextAt: toEpochMs(Math.min(state.nextAt, at)) } }
      : {}),
    revision: into.revision + 1,
  };
}

/** One about the same matter that is still on its way to the person: a second would be a double. */
const findPending = (
  sent: readonly Notification[],
  given: {
    readonly matter: Matter;
    readonly person: Person;
    readonly urgency: Notification['urgency'];
  },
): Notification | undefined =>
  sent.find(
    ({ personId, urgency, state, items }) =>
      personId === given.person.id &&
      urgency === given.urgency &&
      (state.status === 'planned' || state.status === 'sending') &&
      items.some(({ matterId }) => matterId === given.matter.id),
  );

function contactsOf(
  { need }: Matter,
  person: Person,
  urgency: Notification['urgency'],
): readonly Contact[] {
  const own = urgency === 'page' ? person.page : person.note;
  const channelId = need.only?.channelId;
  return channelId === undefined
    ? own
    : [...person.page, ...person.note].filter((one) => one.channelId === channelId).slice(0, 1);
}

interface Reason {
  readonly matter: Matter;
  readonly team: Team | undefined;
  readonly step: number;
  readonly recipient: Recipient;
  readonly loudness: Loudness;
  readonly because: readonly string[];
}

/** Why this person gets this, so loud, now: each reason as a sentence of its own. */
function sayWhy({ matter, team, step, recipient, loudness, because }: Reason): readonly string[] {
  if (matter.need.kind === 'test') return ['You got this because somebody asked for a test.'];
  if (matter.need.kind === 'mention') return ['You got this because somebody named you.'];
  const { priority } = matter.need;
  const main = `You got this because ${matter.team.why}, and ${recipient.why}.`;
  const policy =
    priority === 'P1' && loudness.urgency === 'page'
      ? 'It is P1, which always comes through.'
      : `It is ${priority}.`;
  const where =
    step > 0 ? [`This is step ${step + 1} of ${team?.steps.length ?? 1} of the escalation.`] : [];
  const held = loudness.because === undefined ? [] : [`${capital(loudness.because)}.`];
  return [main, policy, ...because, ...where, ...held];
}

export const capital = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1);

/** `5 min`, `1 min`. */
export const sayMinutes = (ms: number): string => `${Math.max(1, Math.round(ms / MINUTE_MS))} min`;
