/** One file of a scaffold, by its path below the root. */
export interface ScaffoldFile {
  readonly path: string;
  readonly text: string;
}

/** `my-thing` as a name in code. */
export const toCamel = (id: string): string =>
  id.replace(/-([a-z0-9])/g, (_, letter: string) => letter.toUpperCase());
