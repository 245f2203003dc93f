import { type EpochMs, HOUR_MS, toEpochMs } from '../shared/time.ts';
import type { PriorityLevel } from '../triage/priority.ts';
import type { Matter, Notification } from './matter.ts';
import type { Hours, NotifyPolicy, PageBudget, Person, Urgency } from './roster.ts';
import { minutesOf, type Zone } from './zone.ts';

/*
 * How loud a person is told: what their priority calls for, within the budget of pages, the hours in
 * which they are not to be disturbed and the number of notes an hour (Beyer et al., Site Reliability
 * Engineering, 2016, chapter 11: at most two incidents in a shift of twelve hours).
 */

/** How loud, from when on, and what made it so. */
export interface Loudness {
  readonly urgency: Urgency;
  readonly at: EpochMs;
  /** Present when it is quieter or later than its priority calls for. */
  readonly because?: string;
}

/** Has it interrupted the person, or will it? */
export const isInterrupting = ({ urgency, state, items }: Notification): boolean =>
  urgency === 'page' &&
  state.status !== 'withdrawn' &&
  state.status !== 'failed' &&
  items.some(({ isTest }) => isTest !== true);

/** When it interrupts, or did; what is not yet handed over counts as now. */
const interruptsAt = ({ state }: Notification): number =>
  state.status === 'delivered' ? state.at : Number.POSITIVE_INFINITY;

/** Pages of a person that count against the budget then. */
export const countPages = (
  sent: readonly Notification[],
  personId: string,
  { budget, now }: { readonly budget: PageBudget; readonly now: EpochMs },
): number =>
  sent.filter(
    (one) =>
      one.personId === personId && isInterrupting(one) && interruptsAt(one) > now - budget.windowMs,
  ).length;

/** How loud the person is to be told of it now. */
export function loudnessOf(
  { need }: Pick<Matter, 'need'>,
  person: Person,
  given: {
    readonly policy: NotifyPolicy;
    readonly sent: readonly Notification[];
    readonly now: EpochMs;
  },
): Loudness {
  const { policy, now } = given;
  if (need.kind === 'test') return { urgency: 'page', at: now };
  if (need.kind === 'mention') return noteLoudness(person, given);
  switch (policy.urgency[need.priority]) {
    case 'page':
      return pageLoudness(need.priority, person, given);
    case 'note':
      return noteLoudness(person, given);
    case 'digest':
      return { urgency: 'digest', at: nextDigestAt(person.zone, policy, now) };
  }
}

function pageLoudness(
  priority: PriorityLevel,
  person: Person,
  { policy, sent, now }: Parameters<typeof loudnessOf>[2],
): Loudness {
  if (priority === 'P1') return { urgency: 'page', at: now };
  const { budget } = person;
  const used = countPages(sent, person.id, { budget, now });
  if (used < budget.pages || findJoinable(sent, person.id, 'page'))
    return { urgency: 'page', at: toEpochMs(now + policy.groupMs) };
  const spent = `your budget of ${budget.pages} pages in ${Math.round(budget.windowMs / HOUR_MS)} h is spent, so this one does not wake you`;
  const quieter = noteLoudness(person, { policy, sent, now });
  const because = quieter.because === undefined ? spent : `${spent}; ${quieter.because}`;
  return { ...quieter, because };
}

function noteLoudness(
  person: Person,
  { policy, sent, now }: Parameters<typeof loudnessOf>[2],
): Loudness {
  const notes = sent.filter(
    ({ personId, urgency, plannedAt }) =>
      personId === person.id && urgency === 'note' && plannedAt > now - HOUR_MS,
  );
  if (notes.length >= policy.notesPerHour && !findJoinable(sent, person.id, 'note'))
    return {
      urgency: 'digest',
      at: nextDigestAt(person.zone, policy, now),
      because: `you had ${policy.notesPerHour} notes within the hour, so it waits for the digest`,
    };
  const quietUntil = person.quiet && quietEndsAt(person.zone, person.quiet, now);
  if (quietUntil === undefined) return { urgency: 'note', at: toEpochMs(now + policy.groupMs) };
  return { urgency: 'note', at: quietUntil, because: 'it waits for the end of your quiet hours' };
}

/** One that is not yet on its way, so that more can go along with it. */
export const findJoinable = (
  sent: readonly Notification[],
  personId: string,
  urgency: Urgency,
): Notification | undefined =>
  sent.find(
    (one) =>
      one.personId === personId &&
      one.urgency === urgency &&
      one.state.status === 'planned' &&
      one.attempts.length === 0 &&
      one.items.every(({ isTest }) => isTest !== true),
  );

/** When quiet hours that hold then end; undefined when none do. */
export function quietEndsAt(zone: Zone, quiet: Hours, at: EpochMs): EpochMs | undefined {
  const { day, minutes } = zone.wallOf(at);
  const [from, to] = [minutesOf(quiet.from), minutesOf(quiet.to)];
  const isOverNight = from > to;
  const isQuiet = isOverNight ? minutes >= from || minutes < to : minutes >= from && minutes < to;
  if (!isQuiet) return undefined;
  return zone.momentOf({ day: isOverNight && minutes >= from ? day + 1 : day, minutes: to });
}

/** The next time of day at which digests go out. */
export function nextDigestAt(zone: Zone, { digestAt }: NotifyPolicy, now: EpochMs): EpochMs {
  const { day } = zone.wallOf(now);
  const moments = [0, 1, 2].flatMap((later) =>
    digestAt.map((clock) => zone.momentOf({ day: day + later, minutes: minutesOf(clock) })),
  );
  const next = moments.filter((at) => at > now).toSorted((a, b) => a - b)[0];
  return next ?? now;
}
