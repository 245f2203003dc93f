import type { AlertId } from '../shared/id.ts';

/** One sentence of a language model that names alerts it was shown. */
export interface NarratedSentence {
  /** Plain text without the citations. */
  readonly text: string;
  /** At least one, each once. */
  readonly alertIds: readonly AlertId[];
}

/** Why sentences of a language model are not shown. */
export type DropReason = 'uncited' | 'unknown_id' | 'unsafe' | 'too_long' | 'too_many';

/** What is left of an answer: every sentence of it is either shown or counted. */
export interface Narration {
  readonly sentences: readonly NarratedSentence[];
  readonly dropped: Readonly<Record<DropReason, number>>;
  /** The answer was longer than what is read of one. */
  readonly isCut: boolean;
}

const MAX_ANSWER_CHARS = 16_000;
const MAX_SENTENCE_CHARS = 400;
const MAX_SENTENCES = 30;

const CITATION = /\[(alr_[^[\]]{1,400})\]/g;
/** A full stop, then the citations: the stop belongs behind them. */
const STOP_FIRST = /([.!?])[ ]?((?:\[alr_[^[\]]{1,400}\][ ]?){1,20})/g;
const END_OF_SENTENCE = /(?<=[.!?。！？])\s+|[\r\n]+/u;
const LIST_MARK = /^(?:[-*•]|\d{1,3}[.)])\s+/;
const ID = /\balr_\w*/g;

const UNSAFE: readonly RegExp[] = [
  // HTML and its entities
  /[<>]|&(?:#|\w{1,31};)/,
  // Links, images, references and code of Markdown
  /[[\]`]/,
  // Addresses that can be followed
  /:\/\/|\bwww\.|\b(?:javascript|vbscript|data|mailto|tel|file|blob|about):\S/i,
  // What is not seen, or turns the direction of reading
  /[\p{C}\p{Zl}\p{Zp}]/u,
];

const isKnownIn =
  (known: ReadonlySet<string>) =>
  (id: string): id is AlertId =>
    known.has(id);

/** The answer in sentences, each with its citations before its end. */
function toSentences(answer: string): readonly string[] {
  const lines = answer
    .normalize('NFKC')
    .replaceAll('\t', ' ')
    .split(/[\r\n]+/);
  return lines
    .flatMap((line) =>
      line.trim().replace(LIST_MARK, '').replaceAll(STOP_FIRST, ' $2$1 ').split(END_OF_SENTENCE),
    )
    .map((sentence) => sentence.trim())
    .filter((sentence) => sentence !== '');
}

function checkSentence(
  sentence: string,
  isKnown: (id: string) => id is AlertId,
): NarratedSentence | DropReason {
  const cited = [...sentence.matchAll(CITATION)].flatMap(([, list = '']) =>
    list.split(/[,;\s]+/).filter((id) => id !== ''),
  );
  const text = sentence
    .replaceAll(CITATION, ' ')
    .replaceAll(/ {2,}/g, ' ')
    .replace(/ ([.!?,])/g, '$1')
    .trim();
  if (UNSAFE.some((pattern) => pattern.test(text))) return 'unsafe';
  if (text.length > MAX_SENTENCE_CHARS) return 'too_long';
  if (cited.length === 0 || !/[\p{L}\p{N}]/u.test(text)) return 'uncited';
  const known = cited.filter(isKnown);
  const named = sentence.match(ID) ?? [];
  if (known.length < cited.length || !named.every(isKnown)) return 'unknown_id';
  return { text, alertIds: [...new Set(known)] };
}

/**
 * What of a language model's answer may be shown: sentences in plain text of which each cites, as
 * `[alr_…]`, only alerts that the model was shown. All else is dropped and counted. The answer is
 * read up to 16,000 characters, a sentence may have 400, and 30 of them are shown.
 */
export function checkNarration(answer: string, ids: readonly AlertId[]): Narration {
  const isKnown = isKnownIn(new Set(ids));
  const sentences: NarratedSentence[] = [];
  const dropped = { uncited: 0, unknown_id: 0, unsafe: 0, too_long: 0, too_many: 0 };
  for (const sentence of toSentences(answer.slice(0, MAX_ANSWER_CHARS))) {
    const checked = checkSentence(sentence, isKnown);
    if (typeof checked === 'string') dropped[checked] += 1;
    else if (sentences.length === MAX_SENTENCES) dropped.too_many += 1;
    else sentences.push(checked);
  }
  return { sentences, dropped, isCut: answer.length > MAX_ANSWER_CHARS };
}
