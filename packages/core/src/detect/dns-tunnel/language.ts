/*
 * How much a label looks like words: a model of letter pairs, trained on the words below when the
 * module is loaded. A label made by a machine (base32, hex, a generator of names) looks alike under
 * every letter; a name that people gave does not.
 */

const WORDS = `
account address admin agent alpha analytics android api app apple archive article asset auth auto backup bank base beta
billing black blog blue board book bridge bright broker browser build business cable cache calendar camera campus capital
car card care cast catalog center central chain channel chat check city class clean client cloud code collect color
commerce common community company config connect console contact content control cookie core corporate country course
cover create credit crm customer cycle daily dashboard data date deal default deliver demo deploy design desk detail dev
develop device digital direct directory discover display docs document domain dot download drive east easy edge edit
education email energy engine enterprise event exchange express external face factory family fast feed file film final
finance find fire first flash flow food force form forum frame free front fund future gallery game gate gateway general
global gold good grand graph gray green ground group guard guide hand harbor health help high home host hotel house hub
human icon idea image impact index industry info inner insight install insurance intelligence internal internet island
item job journal key king knowledge lab land language large law layer lead learn level library light limit line link list
live load local location log login logistic london lookup machine magazine mail main manage manager map market master
match math media medical meet member memory menu message metric micro middle mind mirror mobile model modern money
monitor moon motion mountain movie music name nation native nature net network new news next night node north note
notify number object office official old online open option order origin outlook page paint panel paper park partner pass
path pay payment people person phone photo picture place plan planet platform play player point policy pool popular port
portal post power premium press price print private product profile program project proxy public publish push quality
query quick radio rain range rate reach read ready real record red region register relay release remote render report
research resource response rest result review ring river road rock room root route router run safe sale sample scan
school science score search second section secure security select send sense server service session set share shield ship
shop short signal silver simple single site sky small smart social soft software solar solution source south space
special speed sport spring staff stage standard star start state static station statistic status stock stone storage
store stream street student studio style sub summer sun super supply support sure survey sync system table tag talk target
team tech telemetry template test text theme thing ticket time title token tool top total touch tour track trade traffic
train transfer travel tree trend trust tube turn type under union unit universal university update upload user value
vector vendor venture version video view village vision visit visual voice wall watch water wave way weather web week
welcome west white wide wiki wild wind window winter wire wireless wood word work world write yellow young zone`;

const SYMBOLS = 'abcdefghijklmnopqrstuvwxyz0123456789-';
const SIZE = SYMBOLS.length + 1;
const EDGE = SIZE - 1;
const SMOOTHING = 0.3;
/** What a machine draws from: letters and digits. */
const UNIFORM = Math.log(1 / 36);

const INDEX = new Map([...SYMBOLS].map((symbol, at) => [symbol, at] as const));
const indexOf = (text: string, at: number): number => INDEX.get(text[at] ?? '') ?? EDGE;

function train(words: readonly string[]): Float64Array {
  const counts = new Float64Array(SIZE * SIZE).fill(SMOOTHING);
  const count = (from: number, to: number): void => {
    counts[from * SIZE + to] = (counts[from * SIZE + to] ?? 0) + 1;
  };
  for (const word of words)
    for (let at = 0; at <= word.length; at += 1)
      count(at === 0 ? EDGE : indexOf(word, at - 1), at === word.length ? EDGE : indexOf(word, at));
  return counts.map((value, at) => {
    const row = counts.subarray(Math.floor(at / SIZE) * SIZE, (Math.floor(at / SIZE) + 1) * SIZE);
    return Math.log(value / row.reduce((sum, each) => sum + each, 0));
  });
}

const PAIRS = train(WORDS.trim().split(/\s+/));
const MAX_LABEL = 63;

/**
 * Log of how much likelier a machine drew the label than a person wrote it, in nats, by its first 63
 * characters: well above 0 for `k3q9xz7vbt2w`, below for `mail-gateway`.
 */
export function machineMade(label: string): number {
  const text = label.toLowerCase().slice(0, MAX_LABEL);
  let nats = 0;
  for (let at = 0; at < text.length; at += 1) {
    const from = at === 0 ? EDGE : indexOf(text, at - 1);
    nats += UNIFORM - (PAIRS[from * SIZE + indexOf(text, at)] ?? 0);
  }
  return nats;
}

/** Share of labels that are machine-made: of a quiet domain at most, of one in use as a channel at least. */
const MADE = { quiet: 0.1, trouble: 0.9 };

/** Evidence of one label, in nats: a mixture, so that no single label says more than ln 9. */
export function evidenceOf(label: string): number {
  const ratio = Math.exp(Math.min(50, machineMade(label)));
  return Math.log(
    (MADE.trouble * ratio + 1 - MADE.trouble) / (MADE.quiet * ratio + 1 - MADE.quiet),
  );
}
