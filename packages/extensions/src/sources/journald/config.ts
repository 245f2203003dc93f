import { type Static, Type } from 'typebox';

/** What the journal source can be told. */
export const JournaldConfig = Type.Object(
  {
    program: Type.String({ default: 'journalctl', description: 'The program, or its path.' }),
    files: Type.Array(Type.String(), {
      default: [],
      description: 'Journal files to read instead of the journal of this machine.',
    }),
    directory: Type.Optional(
      Type.String({ description: 'A folder of journal files, such as one that machines send to.' }),
    ),
    units: Type.Array(Type.String(), { default: [], description: 'Only these units; none: all.' }),
    start: Type.Union([Type.Literal('now'), Type.Literal('oldest')], {
      default: 'now',
      description: 'Where the very first run begins; later ones go on where they stopped.',
    }),
  },
  { additionalProperties: false },
);
export type JournaldConfig = Static<typeof JournaldConfig>;

/** Longest entry; longer ones are left out, counted and reported. */
export const MAX_ENTRY_BYTES = 4_194_304;

const selection = (config: JournaldConfig): readonly string[] => [
  ...config.files.map((path) => `--file=${path}`),
  ...(config.directory === undefined ? [] : [`--directory=${config.directory}`]),
  ...config.units.map((unit) => `--unit=${unit}`),
];

/** `--merge` keeps `--follow` from looking at this boot alone; `--all` keeps long and binary fields. */
export const followArguments = (
  config: JournaldConfig,
  cursor: string | undefined,
): readonly string[] => [
  ...['--output=json', '--follow', '--no-tail', '--all', '--merge', '--quiet', '--no-pager'],
  ...selection(config),
  // Not `--after-cursor`: when that entry was rotated away, it leaves out the first one behind it.
  ...(cursor === undefined ? [] : [`--cursor=${cursor}`]),
];

/** The newest entry, to know where "now" is. */
export const newestArguments = (config: JournaldConfig): readonly string[] => [
  ...['--output=json', '--lines=1', '--merge', '--quiet', '--no-pager', '--output-fields=_BOOT_ID'],
  ...selection(config),
];
