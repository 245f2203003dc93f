/** Values of the settings by the names that a manifest uses. */
export type Values = Readonly<Record<string, string>>;

/** Puts values in for `{name}`; undefined names the one that is missing. */
export function fill(template: string, values: Values, encode = (text: string) => text): string {
  return template.replaceAll(/\{([a-z]+)\}/g, (_whole, name: string) => {
    const value = Object.hasOwn(values, name) ? values[name] : undefined;
    if (value === undefined) throw new MissingValue(name);
    return encode(value);
  });
}

/** A manifest asks for a value that the settings do not have. */
export class MissingValue extends Error {
  constructor(name: string) {
    super(`the setting values.${name} is missing`);
  }
}
