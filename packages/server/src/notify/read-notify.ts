import { HOUR_MS, type Location, type Problem } from '@cordon/core';
import type { Path } from '../config/yaml-source.ts';
import type { NotifySettings, PeopleYml } from './config.ts';
import { readChannels } from './read-channels.ts';
import { readPeople } from './read-people.ts';

/** Everything about people; `notify` is absent while nobody is named. */
export function readNotify(
  yml: PeopleYml,
  locate: (path: Path) => Location,
): { readonly notify?: NotifySettings; readonly problems: readonly Problem[] } {
  const { channels, problems: wrong } = readChannels(yml.notify.channels, locate);
  const people = readPeople(yml, locate);
  const problems = [...wrong, ...people.problems];
  if (people.roster === undefined || problems.length > 0) return { problems };
  const linkMs = yml.notify.link_hours * HOUR_MS;
  return { notify: { roster: people.roster, channels, linkMs }, problems };
}
