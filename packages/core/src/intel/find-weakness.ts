import type { Signal } from '../detect/signal.ts';
import type { Event } from '../event/event.ts';
import { toCanonical } from './canonical.ts';
import type { IndicatorIndex } from './indicator-index.ts';
import { graver, type Weakness } from './weakness.ts';

/*
 * A signal that names a vulnerability (in the title of its rule, in what the sensor wrote, in an
 * observable) is told what catalogues know of it: whether it is exploited, how likely that is, and what is advised.
 */

/** How labels of catalogues and advisories begin; `vulnerability.ts` and `advisory.ts` write them. */
export const EXPLOITED = 'Exploited: ';
export const CHANCE = 'Exploited within 30 days: ';
export const ADVISED = 'Advised: ';

const CVE = /\bCVE-\d{4}-\d{4,7}\b/gi;
const MAX_NAMED = 8;
const MAX_CHARS = 4_096;

/** Texts in which a sensor or a rule names what it is about. */
function textsOf({ rule, text, matched }: Signal, event: Event): readonly string[] {
  const { message, finding_info: finding, observables } = event;
  const named = observables.flatMap(({ type, value }) => (type === 'cve' ? [value] : []));
  const texts = [rule.title, text, ...Object.values(matched), ...named, message, finding?.title];
  return texts.filter((one) => one !== undefined);
}

function namesOf(signal: Signal, event: Event): readonly string[] {
  const names = new Set<string>();
  for (const text of textsOf(signal, event)) {
    for (const [name] of text.slice(0, MAX_CHARS).matchAll(CVE)) {
      if (names.size === MAX_NAMED) return [...names];
      names.add(name.toUpperCase());
    }
  }
  return [...names];
}

function lookUp(index: IndicatorIndex, cve: string): Weakness | undefined {
  const canonical = toCanonical('cve', cve);
  const entries = canonical === undefined ? [] : index.find('cve', canonical);
  const exploited = entries.find(({ label }) => label.startsWith(EXPLOITED));
  const scored = entries.find(({ label }) => label.startsWith(CHANCE));
  const advised = entries.find(({ label }) => label.startsWith(ADVISED));
  const known = [exploited, scored, advised].flatMap((entry) => entry ?? []);
  if (known.length === 0) return undefined;
  return {
    cve,
    feeds: [...new Set(known.map(({ feed }) => feed))],
    ...(exploited ? { exploited: exploited.label.slice(EXPLOITED.length) } : {}),
    ...(scored ? { chance: scored.confidence / 100 } : {}),
    ...(advised ? { advised: advised.label.slice(ADVISED.length) } : {}),
  };
}

/** The gravest vulnerability that the signal names and a catalogue knows. */
export const weaknessOf = (
  index: IndicatorIndex,
  signal: Signal,
  event: Event,
): Weakness | undefined =>
  namesOf(signal, event)
    .flatMap((cve) => lookUp(index, cve) ?? [])
    .reduce<Weakness | undefined>(graver, undefined);
