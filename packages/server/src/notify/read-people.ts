/*
 * From what is written about people to the roster: every name must lead somewhere, every person must be
 * reachable, every day and zone must exist. What is wrong is said with its place.
 */

import type { Clock } from '@cordon/core';
import {
  type Contact,
  HOUR_MS,
  type Location,
  MINUTE_MS,
  openZone,
  type Person,
  type Problem,
  parseClock,
  parseDay,
  type Roster,
  type Rotation,
  type Schedule,
  SECOND_MS,
  type Team,
  type TellTarget,
  type Zone,
} from '@cordon/core';
import { nearestName } from '../config/nearest-name.ts';
import type { Path } from '../config/yaml-source.ts';
import type { PeopleYml } from './config.ts';
import { CHANNEL_KINDS } from './open-channels.ts';

type PersonYml = PeopleYml['people'][number];
type ScheduleYml = PeopleYml['on_call'][number];
type RotationYml = ScheduleYml['rotations'][number];
type TeamYml = PeopleYml['teams'][number];

const DAYS = ['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'];
const FALLBACK_ZONE = 'UTC';

/** Collects what is wrong, with places. */
class Findings {
  readonly problems: Problem[] = [];
  readonly #locate: (path: Path) => Location;
  constructor(locate: (path: Path) => Location) {
    this.#locate = locate;
  }
  add(path: Path, detail: string, hint?: string): void {
    this.problems.push({
      code: 'config_bad_value',
      detail,
      ...(hint === undefined ? {} : { hint }),
      at: this.#locate(path),
      retryable: false,
    });
  }
  /** Says so where there is no such name, with the one that was probably meant. */
  knows(
    path: Path,
    name: string,
    { what, names }: { readonly what: string; readonly names: readonly string[] },
  ): void {
    if (names.includes(name)) return;
    const nearest = nearestName(name, names);
    const hint = nearest
      ? `did you mean "${nearest}"?`
      : `there are: ${names.join(', ') || 'none'}.`;
    this.add(path, `"${name}" is not ${what}.`, hint);
  }
  unique(path: Path, ids: readonly string[]): void {
    for (const [index, id] of ids.entries())
      if (ids.indexOf(id) !== index) this.add([...path, index, 'id'], `Two have the id "${id}".`);
  }
}

/** The roster, undefined when nobody is named, and everything that is wrong. The shapes were checked before. */
export function readPeople(
  yml: PeopleYml,
  locate: (path: Path) => Location,
): { readonly roster?: Roster; readonly problems: readonly Problem[] } {
  const findings = new Findings(locate);
  checkIds(yml, findings);
  const zones = readZones(yml, findings);
  checkPeople(yml, findings);
  checkTeams(yml, findings);
  checkSchedules(yml, findings);
  const { problems } = findings;
  if (problems.length > 0) return { problems };
  return yml.people.length === 0 ? { problems } : { roster: toRoster(yml, zones), problems };
}

function checkIds({ people, teams, on_call, notify }: PeopleYml, findings: Findings): void {
  findings.unique(
    ['people'],
    people.map(({ id }) => id),
  );
  findings.unique(
    ['teams'],
    teams.map(({ id }) => id),
  );
  findings.unique(
    ['on_call'],
    on_call.map(({ id }) => id),
  );
  findings.unique(
    ['notify', 'channels'],
    notify.channels.map(({ id }) => id),
  );
  if (people.length > 0 && teams.length === 0)
    findings.add(
      ['people'],
      'There are people and no team to tell.',
      'add one under teams with an escalation.',
    );
  if (people.length === 0 && teams.length > 0)
    findings.add(['teams'], 'There are teams and no people.', 'add them under people.');
  const names = teams.map(({ id }) => id);
  for (const key of ['default_team', 'operators'] as const) {
    const id = notify[key];
    if (id !== undefined) findings.knows(['notify', key], id, { what: 'a team', names });
  }
}

function readZones({ people, on_call }: PeopleYml, findings: Findings): ReadonlyMap<string, Zone> {
  const named = [
    { name: FALLBACK_ZONE, path: [] },
    ...people.flatMap(({ time_zone: name }, index) =>
      name === undefined ? [] : [{ name, path: ['people', index, 'time_zone'] }],
    ),
    ...on_call.map(({ time_zone: name }, index) => ({
      name,
      path: ['on_call', index, 'time_zone'],
    })),
  ];
  const zones = new Map<string, Zone>();
  for (const { name, path } of named) {
    const zone = zones.get(name) ?? openZone(name);
    if (zone) zones.set(name, zone);
    else
      findings.add(path, `"${name}" is not a time zone.`, 'an IANA name, such as Europe/Berlin.');
  }
  return zones;
}

function checkPeople({ people, notify }: PeopleYml, findings: Findings): void {
  const kinds = new Map(notify.channels.map(({ id, kind }) => [id, kind]));
  for (const [index, person] of people.entries())
    for (const list of ['page', 'note'] as const)
      for (const [place, contact] of (person[list] ?? []).entries())
        checkContact(contact, { kinds, findings, path: ['people', index, list, place] });
}

function checkContact(
  { channel, to }: PersonYml['page'][number],
  given: {
    readonly kinds: ReadonlyMap<string, string>;
    readonly findings: Findings;
    readonly path: Path;
  },
): void {
  const { kinds, findings, path } = given;
  findings.knows([...path, 'channel'], channel, { what: 'a channel', names: [...kinds.keys()] });
  const kind = kinds.get(channel) ?? '';
  if (CHANNEL_KINDS[kind]?.needsAddress && to === undefined)
    findings.add(
      path,
      `Channel "${channel}" needs an address.`,
      'add "to" with the address there.',
    );
  if (kind === 'email' && to !== undefined && !/^[^\s@<>]+@[^\s@<>]+$/.test(to))
    findings.add([...path, 'to'], `"${to}" is not a mail address.`);
}

function checkTeams({ teams, people, on_call }: PeopleYml, findings: Findings): void {
  const names = {
    person: people.map(({ id }) => id),
    schedule: on_call.map(({ id }) => id),
    team: teams.map(({ id }) => id),
  };
  const what = { person: 'a person', schedule: 'a schedule', team: 'a team' };
  for (const [index, team] of teams.entries()) {
    for (const [place, member] of team.members.entries())
      findings.knows(['teams', index, 'members', place], member, {
        what: what.person,
        names: names.person,
      });
    for (const [place, step] of team.escalation.entries())
      for (const [nth, text] of step.tell.entries()) {
        const { kind, id } = toTarget(text);
        const path = ['teams', index, 'escalation', place, 'tell', nth];
        findings.knows(path, id, { what: what[kind], names: names[kind] });
      }
  }
}

function checkSchedules({ on_call, people }: PeopleYml, findings: Findings): void {
  const names = people.map(({ id }) => id);
  for (const [index, { rotations }] of on_call.entries())
    for (const [place, rotation] of rotations.entries()) {
      const path = ['on_call', index, 'rotations', place];
      for (const [nth, id] of rotation.people.entries())
        findings.knows([...path, 'people', nth], id, { what: 'a person', names });
      if (parseDay(rotation.from) === undefined)
        findings.add([...path, 'from'], `"${rotation.from}" is not a day.`, 'as in "2026-01-05".');
      const { only } = rotation;
      if (only && only.from === only.to)
        findings.add(
          [...path, 'only'],
          'These hours begin and end at the same time.',
          'leave only out for all day.',
        );
    }
}

const toTarget = (text: string): TellTarget => {
  const at = text.indexOf(':');
  return { kind: text.slice(0, at) as TellTarget['kind'], id: text.slice(at + 1) };
};

/** The schema has let nothing else through. */
const toClock = (text: string): Clock => parseClock(text) ?? { hour: 0, minute: 0 };

function toRoster(yml: PeopleYml, zones: ReadonlyMap<string, Zone>): Roster {
  const { people, teams, on_call, notify } = yml;
  const byId = <T extends { readonly id: string }>(things: readonly T[]): ReadonlyMap<string, T> =>
    new Map(things.map((thing) => [thing.id, thing]));
  const first = teams[0]?.id ?? '';
  const defaultTeam = notify.default_team ?? first;
  return {
    people: byId(people.map((person) => toPerson(person, yml, zones))),
    teams: byId(teams.map(toTeam)),
    schedules: byId(on_call.flatMap((schedule) => toSchedule(schedule, zones))),
    defaultTeam,
    operators: notify.operators ?? defaultTeam,
    policy: {
      urgency: { P1: 'page', ...notify.urgency },
      notesPerHour: notify.notes_per_hour,
      digestAt: notify.digest_at.map(toClock),
      groupMs: notify.group_seconds * SECOND_MS,
    },
  };
}

const toContacts = (contacts: PersonYml['page']): readonly Contact[] =>
  contacts.map(({ channel, to }) => ({ channelId: channel, ...(to === undefined ? {} : { to }) }));

function toPerson(
  yml: PersonYml,
  { notify, on_call }: PeopleYml,
  zones: ReadonlyMap<string, Zone>,
): Person {
  // Who says nothing lives where they are on call.
  const own = on_call.find(({ rotations }) =>
    rotations.some(({ people }) => people.includes(yml.id)),
  );
  const name = yml.time_zone ?? own?.time_zone ?? FALLBACK_ZONE;
  const budget = yml.budget ?? notify.budget;
  const quiet = yml.quiet_hours;
  return {
    id: yml.id,
    name: yml.name ?? yml.id,
    account: yml.account ?? yml.id,
    zone: zones.get(name) as Zone,
    page: toContacts(yml.page),
    note: toContacts(yml.note ?? yml.page),
    ...(quiet ? { quiet: { from: toClock(quiet.from), to: toClock(quiet.to) } } : {}),
    budget: { pages: budget.pages, windowMs: budget.hours * HOUR_MS },
  };
}

const toTeam = (yml: TeamYml): Team => ({
  id: yml.id,
  title: yml.title ?? yml.id,
  members: yml.members,
  covers: yml.covers,
  steps: yml.escalation.map(({ tell, wait_minutes }) => ({
    tell: tell.map(toTarget),
    waitMs: wait_minutes * MINUTE_MS,
  })),
  rounds: yml.rounds,
});

function toSchedule(yml: ScheduleYml, zones: ReadonlyMap<string, Zone>): readonly Schedule[] {
  const zone = zones.get(yml.time_zone);
  if (!zone) return [];
  return [
    { id: yml.id, title: yml.title ?? yml.id, zone, rotations: yml.rotations.map(toRotation) },
  ];
}

const toRotation = ({ people, from, handover, days, only }: RotationYml): Rotation => ({
  people,
  firstDay: parseDay(from) ?? 0,
  handover: toClock(handover),
  everyDays: days,
  ...(only
    ? {
        only: {
          days: only.days.map((day) => DAYS.indexOf(day) + 1),
          from: toClock(only.from),
          to: toClock(only.to),
        },
      }
    : {}),
});
