import { type Incident, type Need, type RoomLine, type Roster, tidy } from '@cordon/core';

/** Whom a line names, and in which words they are told. */
function namedIn({ act, by }: RoomLine): readonly (readonly [person: string, title: string])[] {
  switch (act.what) {
    case 'commented':
      return act.mentions.map((person) => [person, `${by} mentioned you`]);
    case 'task_added':
    case 'task_changed':
      return act.owner ? [[act.owner, `${by} gave you a task`]] : [];
    case 'role_given':
      return [[act.person, `${by} gave you the role ${act.role}`]];
    case 'handed_over':
      return [[act.to, `${by} handed over to you`]];
    default:
      return [];
  }
}

const textOf = ({ act }: RoomLine): string =>
  'text' in act && act.text !== undefined ? act.text : '';

/** What people of the roster are told of a line; nobody is told of what they wrote themselves. */
export function toMentions(
  incident: Incident,
  line: RoomLine,
  { people }: Roster,
): readonly Need[] {
  return namedIn(line).flatMap(([name, title]): readonly Need[] => {
    const person = people.get(name) ?? [...people.values()].find(({ account }) => account === name);
    if (!person || person.account === line.by) return [];
    return [
      {
        key: `mention:${incident.id}:${line.number}:${person.id}`,
        kind: 'mention',
        priority: 'P3',
        title: `INC-${incident.number} ${title}: ${incident.title}`,
        lines: [tidy(textOf(line))].filter((text) => text !== ''),
        path: `/incidents/${incident.id}?tab=room`,
        incidentId: incident.id,
        ruleIds: [],
        subjects: [],
        only: { personId: person.id },
      },
    ];
  });
}
