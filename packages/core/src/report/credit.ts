import type { RuleSummary } from '../detect/signal.ts';

/**
 * Whose rule it is, to stand wherever a match of it is shown (the Detection Rule License asks for
 * it): `by A. Author, DRL-1.1, from sigmahq`. Empty for a rule that says nothing of itself.
 */
export const creditOf = ({
  author,
  license,
  source,
}: Pick<RuleSummary, 'author' | 'license' | 'source'>): string =>
  [author && `by ${author}`, license, source && `from ${source}`].filter(Boolean).join(', ');
