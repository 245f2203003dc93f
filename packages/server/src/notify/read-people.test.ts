import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { parseConfig } from '../config/load-config.ts';
import { PEOPLE, rosterOf } from './fixtures/house.ts';

const problemsOf = (text: string) => {
  const loaded = parseConfig(text, { file: 'cordon.yml', env: {}, sources: [], connectors: [] });
  return loaded.ok
    ? []
    : loaded.problems.map(
        ({ detail, hint, at }) => `${at?.line}: ${detail}${hint ? ` (${hint})` : ''}`,
      );
};
const CHANNEL = 'notify: {channels: [{id: mail, kind: email, host: h, from: c@example.org}]}';
const ANN = 'people: [{id: ann, page: [{channel: mail, to: ann@example.org}]}]';
const SOC = "teams: [{id: soc, members: [ann], escalation: [{tell: ['person:ann']}]}]";
const house = (...lines: readonly string[]): string => lines.join('\n');

it.each([
  ['nothing is wrong with a whole house', PEOPLE, []],
  ['nothing is configured', '', []],
  [
    'a channel that is not there, with the one meant',
    house(CHANNEL, 'people: [{id: ann, page: [{channel: mial, to: a@b}]}]', SOC),
    ['2: "mial" is not a channel. (did you mean "mail"?)'],
  ],
  [
    'a person without an address, and one with a wrong one',
    house(
      CHANNEL,
      'people:',
      '  - {id: ann, page: [{channel: mail}]}',
      '  - {id: ben, page: [{channel: mail, to: x}]}',
      SOC,
    ),
    [
      '3: Channel "mail" needs an address. (add "to" with the address there.)',
      '4: "x" is not a mail address.',
    ],
  ],
  [
    'a step, a member and a team that lead nowhere',
    house(
      CHANNEL,
      ANN,
      'teams:',
      '  - id: soc',
      '    members: [an]',
      '    escalation:',
      "      - tell: ['schedule:x', 'team:sok']",
      'on_call: []',
    ),
    [
      '5: "an" is not a person. (did you mean "ann"?)',
      '7: "x" is not a schedule. (there are: none.)',
      '7: "sok" is not a team. (did you mean "soc"?)',
    ],
  ],
  [
    'a zone and a day that there are not',
    house(
      CHANNEL,
      ANN,
      SOC,
      'on_call:',
      "  - {id: a, time_zone: Mars/Base, rotations: [{people: [ann], from: '2026-02-30'}]}",
    ),
    [
      '5: "Mars/Base" is not a time zone. (an IANA name, such as Europe/Berlin.)',
      '5: "2026-02-30" is not a day. (as in "2026-01-05".)',
    ],
  ],
  [
    'people whom no team tells',
    house(CHANNEL, ANN),
    ['2: There are people and no team to tell. (add one under teams with an escalation.)'],
  ],
  [
    'two with one id',
    house(CHANNEL, ANN, SOC, 'on_call: []')
      .replace('page: [', 'page: [')
      .replace('people: [', 'people: [{id: ann, page: [{channel: mail, to: b@example.org}]}, '),
    ['2: Two have the id "ann".'],
  ],
  [
    'a kind of channel that there is not, and a setting of none',
    house(
      'notify:',
      '  channels:',
      '    - {id: a, kind: slak}',
      '    - {id: b, kind: ntfy, tokn: x}',
    ),
    [
      '3: "slak" is not a kind of channel. (did you mean "slack"?)',
      '4: "tokn" is not a setting of notify.channels.1. (did you mean "token"?)',
    ],
  ],
])('says where and what: %s', (_, text, expected) => {
  expect(problemsOf(text)).toEqual(expected);
});

it('the example of the page on on-call is a house without mistakes', () => {
  const page = readFileSync(new URL('../../../../docs/on-call.md', import.meta.url), 'utf8');
  const [, example = 'x: 1'] = /```yaml\n([\s\S]*?)```/.exec(page) ?? [];
  expect(problemsOf(example)).toEqual([]);
});

it('fills in what is left out: the zone of the schedule, the budget of the house, pages for notes', () => {
  const roster = rosterOf(
    house(
      "notify: {channels: [{id: c, kind: slack, url: 'https://x.example'}], budget: {pages: 3, hours: 6}}",
      'people: [{id: ann, page: [{channel: c}]}]',
      SOC,
      "on_call: [{id: a, time_zone: Asia/Tokyo, rotations: [{people: [ann], from: '2026-01-05'}]}]",
    ),
  );
  expect(roster.people.get('ann')).toMatchObject({
    name: 'ann',
    account: 'ann',
    zone: { name: 'Asia/Tokyo' },
    note: [{ channelId: 'c' }],
    budget: { pages: 3, windowMs: 6 * 3_600_000 },
  });
  expect(roster).toMatchObject({
    defaultTeam: 'soc',
    operators: 'soc',
    policy: { urgency: { P1: 'page' } },
  });
});
