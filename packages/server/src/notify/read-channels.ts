import type { Location, Problem } from '@cordon/core';
import { type TObject, Type } from 'typebox';
import { Value } from 'typebox/value';
import { checkSettings } from '../config/check-settings.ts';
import { nearestName } from '../config/nearest-name.ts';
import type { Path } from '../config/yaml-source.ts';
import { ChannelEntry, type ConfiguredChannel, WEB_SETTINGS } from './config.ts';
import { CHANNEL_KINDS, type ChannelKind } from './open-channels.ts';

/** The schema of one entry of `notify.channels` of that kind. */
export const createChannelSchema = ({ settings, isWeb }: ChannelKind): TObject =>
  Type.Object(
    { ...ChannelEntry.properties, ...(isWeb ? WEB_SETTINGS : {}), ...settings.properties },
    { additionalProperties: false },
  );

/** Every channel against the schema of its kind. */
export function readChannels(
  entries: readonly unknown[],
  locate: (path: Path) => Location,
): { readonly channels: readonly ConfiguredChannel[]; readonly problems: readonly Problem[] } {
  const read = entries.map((entry, index) =>
    readChannel(entry, { base: ['notify', 'channels', index], locate }),
  );
  return {
    channels: read.flatMap(({ channel }) => channel ?? []),
    problems: read.flatMap(({ problems }) => problems),
  };
}

interface Place {
  readonly base: Path;
  readonly locate: (path: Path) => Location;
}

function readChannel(
  entry: unknown,
  { base, locate }: Place,
): { readonly channel?: ConfiguredChannel; readonly problems: readonly Problem[] } {
  const name =
    typeof entry === 'object' && entry !== null && 'kind' in entry ? String(entry.kind) : '';
  const kind = Object.hasOwn(CHANNEL_KINDS, name) ? CHANNEL_KINDS[name] : undefined;
  if (kind === undefined) return { problems: [unknownKind(name, { base, locate })] };
  const schema = createChannelSchema(kind);
  const filled = Value.Default(schema, structuredClone(entry));
  const problems = checkSettings(filled, { schema, base, locate });
  if (problems.length > 0) return { problems };
  const { id, kind: _, allow_private, ...settings } = filled as Readonly<Record<string, unknown>>;
  return {
    channel: { id: String(id), kind: name, allowPrivate: allow_private === true, settings },
    problems,
  };
}

function unknownKind(name: string, { base, locate }: Place): Problem {
  const names = Object.keys(CHANNEL_KINDS);
  const nearest = nearestName(name, names);
  return {
    code: 'config_bad_value',
    detail: name ? `"${name}" is not a kind of channel.` : 'A channel must say its kind.',
    hint: nearest ? `did you mean "${nearest}"?` : `there are: ${names.join(', ')}.`,
    at: locate(name ? [...base, 'kind'] : base),
    retryable: false,
  };
}
