/** One entry of a directory as the client gives it: texts, lists of texts, or bytes. */
export type DirectoryEntry = Readonly<Record<string, unknown>>;

/** The texts of an attribute; one that was asked for and is not there is empty. */
export const textsOf = (value: unknown): readonly string[] =>
  (Array.isArray(value) ? value : [value]).filter(
    (one): one is string => typeof one === 'string' && one !== '',
  );
