import { guessType } from './canonical.ts';
import { isDefanged, refang } from './defang.ts';
import { type FeedContext, type IndicatorSink, toLabel } from './indicator.ts';

const BREAKS = /[\s|`+*<>"',;]+/;
const EDGES = /^[([{-]+(?![.:])|[)\]}.,:-]+$/g;
const MAX_TOKENS = 1_000_000;

/**
 * Takes indicators out of a report written for people. What is defanged is meant as an indicator, and
 * a digest cannot be anything else; a plain address may be the author's own, so it is passed over.
 */
export function readReport(text: string, context: FeedContext, sink: IndicatorSink): number {
  let kept = 0;
  for (const token of text.split(BREAKS).slice(0, MAX_TOKENS)) {
    if (token.length < 4 || token.length > 2_048) continue;
    const isMarked = isDefanged(token);
    if (!isMarked && !/^[0-9a-f]{32,128}$/i.test(token)) continue;
    const found = guessType(refang(token).replaceAll(EDGES, ''));
    if (found === undefined) {
      sink.refuse('unknown_form');
      continue;
    }
    kept += 1;
    sink.keep({
      ...found,
      label: toLabel(context.label),
      confidence: context.confidence,
      role: 'bad',
    });
  }
  return kept;
}
