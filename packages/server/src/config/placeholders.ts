/** Values of each placeholder of Sigma rules by its name. */
export type PlaceholderValues = Readonly<Record<string, readonly string[]>>;

/** A text (a file, mostly) holds one value to a line; blank lines and those after `#` are none. */
export function toPlaceholders(
  written: Readonly<Record<string, readonly string[] | string>>,
): PlaceholderValues {
  const entries = Object.entries(written).map(([name, values]) => [
    name,
    typeof values === 'string' ? valuesIn(values) : values,
  ]);
  return Object.fromEntries(entries) as PlaceholderValues;
}

const valuesIn = (text: string): readonly string[] =>
  text
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '' && !line.startsWith('#'));
