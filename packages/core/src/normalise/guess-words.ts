/*
 * What daemons of all kinds say of a log-in in much the same words: that it failed or went well, whose
 * it was, and from where.
 */

/** What a line says in words. */
export interface Words {
  readonly answer: 'refused' | 'let_in';
  /** The words that say so. */
  readonly reason: string;
  /** True: it speaks of a log-in; false: only of something that failed. */
  readonly isLogIn: boolean;
  readonly user?: string;
  /** Undefined when none is named as the other side's, or when several addresses could be. */
  readonly ip?: string;
}

const LOG_IN =
  '(?:log[ -]?[io]n|logon|sign[ -]?in|auth\\w*|password|passwd|credentials?|user ?name|access)';
const BAD =
  '(?:fail(?:ed|ure|s)?|error|denied|reject(?:ed)?|refused|invalid|incorrect|wrong|bad|mismatch|unsuccessful|unknown|illegal|unauthori[sz]ed)';
const GOOD = '(?:success(?:ful|fully)?|succeeded|accepted|granted|logged[ -]?in)';
/** Up to three words between; what parts words is no part of them, so that there is one way to read it. */
const GAP = "(?:[ -]{1,4}[\\w']{1,32}){0,3}?[ -]{1,4}";
const REFUSED = new RegExp(`\\b(?:${BAD}${GAP}${LOG_IN}|${LOG_IN}${GAP}${BAD})\\b`, 'i');
const LET_IN = new RegExp(
  `\\b(?:${GOOD}${GAP}${LOG_IN}|${LOG_IN}${GAP}${GOOD}|logged[ -]?in)\\b`,
  'i',
);
const FAILED = new RegExp(`\\b${BAD} from\\b`, 'i');
/** Before what a program says itself nothing stands that came over the network. */
const OWN_WORDS = /^[^"'?=&%]{0,160}$/;
/** What follows a sentence and a colon is told of, not told. */
const SENTENCE = /[a-z] +[a-z]+ ?:/;

const ADDRESS =
  /(?<![\w.:])(?:(?:\d{1,3}\.){3}\d{1,3}(?![\w.]\w)|[\da-f]{0,4}(?::[\da-f]{0,4}){2,7}(?:\.\d{1,3}){0,3})(?!\w)/gi;
/** The words that make an address the other side's. */
const OTHER_SIDE =
  /(?:\b(?:from|by|ip|client|host|peer|src|source|rhost|r?addr\w*|remote\w*)(?:[ _-]?(?:ip|addr\w*|host))?[ =:"'[(]{1,4}|[@[(])$/i;
/** `for user bob`, `username=bob`, `login: bob`, with quotes or without. */
const USER =
  /\b(?:(?:user(?:[ _-]?name)?|for|of)(?: id)?(?:[ =:]{1,3}|(?=["'`]))|(?:login|account|e-?mail)(?:[=:] ?| (?=["'`])))(?:(?:invalid |unknown )?(?:user|account) )?(?:(["'`])(.{1,128}?)\1|(?!(?:failed|from|name|attempt|is|was|with|on|at|the|an?)\b)([^\s"'`<>()[\],;=]{1,128})(?=$|[\s,;)(\]]))/i;
const MAX_CHARS = 2_048;

/** Reads what a text says of a log-in; undefined when it speaks of none. */
export function readWords(said: string): Words | undefined {
  const text = said.slice(0, MAX_CHARS);
  const found = find(text);
  const before = text.slice(0, found?.at);
  if (!found || !OWN_WORDS.test(before) || SENTENCE.test(before)) return undefined;
  const { answer, isLogIn, reason } = found;
  const ip = addressIn(text);
  const name = isLogIn ? USER.exec(text.slice(found.at)) : undefined;
  const user = name?.[2] ?? name?.[3];
  return {
    answer,
    isLogIn,
    reason,
    ...(user === undefined ? {} : { user }),
    ...(ip === undefined ? {} : { ip }),
  };
}

function find(
  text: string,
): (Pick<Words, 'answer' | 'isLogIn' | 'reason'> & { at: number }) | undefined {
  for (const [pattern, answer, isLogIn] of [
    [REFUSED, 'refused', true],
    [LET_IN, 'let_in', true],
    [FAILED, 'refused', false],
  ] as const) {
    const found = pattern.exec(text);
    if (found) return { answer, isLogIn, reason: found[0], at: found.index };
  }
  return undefined;
}

/** The one address of the text, when words make it the other side's. */
function addressIn(text: string): string | undefined {
  const found = [...text.matchAll(ADDRESS)];
  const [first] = found;
  if (!first || found.some(([one]) => one !== first[0])) return undefined;
  const isOther = found.some(({ index }) =>
    OTHER_SIDE.test(text.slice(Math.max(0, index - 40), index)),
  );
  return isOther ? first[0] : undefined;
}
