import type { Event, Logsource } from '../event/event.ts';
import { EVENT_CLASSES } from '../normalise/attribute.ts';
import type { SigmaCorrelation, SigmaDocument, SigmaRule } from '../sigma/rule.ts';

/** What of an event says which rules are for it. */
export interface Routable {
  readonly class_uid: number;
  readonly provenance: { readonly logsource: Logsource };
}

/** What an event is, whoever wrote it: the name of its OCSF class is one of its categories. */
const classOf = (event: Routable): string => EVENT_CLASSES[event.class_uid] ?? '';

/** Strict: a part that the rule names and the event lacks is no match. */
export function isFor({ logsource }: Pick<SigmaRule, 'logsource'>, event: Routable): boolean {
  const { product, products, service, categories } = event.provenance.logsource;
  if (logsource.product !== undefined && !isOf(logsource.product, product, products)) return false;
  if (logsource.service !== undefined && logsource.service !== service?.toLowerCase()) return false;
  return (
    logsource.category === undefined ||
    logsource.category === classOf(event) ||
    categories.some((category) => category.toLowerCase() === logsource.category)
  );
}

function isOf(wanted: string, product?: string, products?: readonly string[]): boolean {
  return (
    wanted === product?.toLowerCase() ||
    (products?.some((each) => each.toLowerCase() === wanted) ?? false)
  );
}

/** One text for the log source of an event. */
export function logsourceKey(event: Event): string {
  const { product = '', products, service = '', categories } = event.provenance.logsource;
  return `${products?.join('|') ?? product}\n${service}\n${classOf(event)}\n${categories.join('\n')}`.toLowerCase();
}

/** Does a correlation's reference mean this rule? */
export const isNamed = (rule: SigmaDocument, reference: string): boolean =>
  rule.id === reference || rule.name === reference;

/** Rule id to the correlations it feeds. */
export function feedsOf(
  documents: readonly SigmaDocument[],
  correlations: readonly SigmaCorrelation[],
): ReadonlyMap<string, readonly SigmaCorrelation[]> {
  const feeds = documents.map(
    (rule) =>
      [
        rule.id,
        correlations.filter(({ rules }) => rules.some((name) => isNamed(rule, name))),
      ] as const,
  );
  return new Map(feeds.filter(([, fed]) => fed.length > 0));
}
