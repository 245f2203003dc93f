import { isGlobMatch } from '../entity/glob.ts';
import { isInCidr } from '../entity/resolve.ts';
import type { EpochMs } from '../shared/time.ts';
import type { Need } from './matter.ts';
import type { Override, Person, Roster, Team, TellTarget } from './roster.ts';
import { dutyEndsAt, whoIsOn } from './schedule.ts';
import { printMoment } from './zone.ts';

/** Somebody who is to be told, and why it is them. */
export interface Recipient {
  readonly person: Person;
  readonly why: string;
}

/** What recipients are found by. */
export interface OnCall {
  readonly roster: Roster;
  readonly overrides: readonly Override[];
  readonly now: EpochMs;
}

/** Which team a matter is for: the one it names, else the first that looks after something in it, else the default. */
export function routeOf(need: Need, roster: Roster): { readonly id: string; readonly why: string } {
  if (need.teamId !== undefined)
    return { id: need.teamId, why: `${titleOf(need.teamId, roster)} is told of such things` };
  for (const team of roster.teams.values())
    for (const pattern of team.covers) {
      const subject = need.subjects.find(
        (one) => isGlobMatch(one, pattern) || isInCidr(one, pattern),
      );
      if (subject !== undefined)
        return { id: team.id, why: `${team.title} looks after ${subject} (${pattern})` };
    }
  const title = titleOf(roster.defaultTeam, roster);
  return { id: roster.defaultTeam, why: `no team looks after anything in it, so ${title} is told` };
}

const titleOf = (teamId: string, roster: Roster): string =>
  roster.teams.get(teamId)?.title ?? teamId;

/** Whom one step of a team's chain tells, each once. */
export function recipientsOf(
  targets: readonly TellTarget[],
  need: Need,
  { team, onCall }: { readonly team: Team | undefined; readonly onCall: OnCall },
): readonly Recipient[] {
  if (need.only) return listOnly(need.only.personId, onCall.roster);
  const told = distinct(targets.flatMap((target) => ofTarget(target, onCall)));
  return need.deciders === undefined || need.deciders.length === 0
    ? told
    : onlyDeciders(told, need.deciders, { team, onCall });
}

const listOnly = (personId: string, { people }: Roster): readonly Recipient[] => {
  const person = people.get(personId);
  return person ? [{ person, why: 'it was asked for' }] : [];
};

function ofTarget({ kind, id }: TellTarget, onCall: OnCall): readonly Recipient[] {
  const { people, teams } = onCall.roster;
  switch (kind) {
    case 'schedule':
      return ofSchedule(id, onCall);
    case 'person': {
      const person = people.get(id);
      return person ? [{ person, why: 'this step names you' }] : [];
    }
    case 'team': {
      const team = teams.get(id);
      return (team?.members ?? []).flatMap((member) => {
        const person = people.get(member);
        return person ? [{ person, why: `you are a member of ${team?.title ?? id}` }] : [];
      });
    }
  }
}

function ofSchedule(id: string, { roster, overrides, now }: OnCall): readonly Recipient[] {
  const schedule = roster.schedules.get(id);
  const duty = schedule && whoIsOn(schedule, overrides, now);
  const person = duty && roster.people.get(duty.personId);
  if (!schedule || !person) return [];
  const endsAt = dutyEndsAt(schedule, overrides, now);
  const until = endsAt === undefined ? '' : ` until ${printMoment(person.zone, endsAt)}`;
  const role = duty.override ? 'you stand in on' : 'you are on call for';
  return [{ person, why: `${role} ${schedule.title}${until}` }];
}

/** Of those on call the ones who may decide; where none of them may, everybody of the team who may. */
function onlyDeciders(
  told: readonly Recipient[],
  deciders: readonly string[],
  { team, onCall }: { readonly team: Team | undefined; readonly onCall: OnCall },
): readonly Recipient[] {
  const able = told.filter(({ person }) => deciders.includes(person.id));
  if (able.length > 0 || told.length === 0) return able;
  const mates = deciders.filter((id) => team?.members.includes(id));
  const names = told.map(({ person }) => person.name).join(' and ');
  return (mates.length > 0 ? mates : deciders).flatMap((id) => {
    const person = onCall.roster.people.get(id);
    const why = `you may decide it, and ${names}, on call, may not`;
    return person ? [{ person, why }] : [];
  });
}

const distinct = (recipients: readonly Recipient[]): readonly Recipient[] =>
  recipients.filter(
    ({ person }, index) => recipients.findIndex((other) => other.person.id === person.id) === index,
  );
