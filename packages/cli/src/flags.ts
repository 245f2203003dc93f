/* Options that several commands share, and how the notes below their help are written. */

export const CONFIG = [
  '--config <file>',
  'cordon.yml; without it every setting has its default',
] as const;
export const DATA = ['--data <dir>', 'data folder, instead of the configured one'] as const;
export const CONTENT = [
  '--content <dir>',
  'parsers and rules to use instead of those that come along',
] as const;
export const JSON_OUT = ['--json', 'one line of JSON on stdout'] as const;

/** What stands below the options of a command's help. */
export const toNotes = (exits: string, examples: readonly string[]): string =>
  `\nExit codes: ${exits}\n\nExamples:\n${examples.map((example) => `  ${example}`).join('\n')}\n`;
