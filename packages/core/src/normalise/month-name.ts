/*
 * The months as logs write them: Java and PHP write dates in the language of their machine, some with
 * a dot (`17/oct./2015`, `3 Mär 2026`, `2 déc. 2026`).
 */

/** By how a name begins, marks taken off its letters. What begins two months in two languages is left out. */
const BEGINNINGS: readonly string[] = [
  // English, German, French, Spanish, Italian, Portuguese, Dutch, Scandinavian, Polish, Czech, Turkish, Russian.
  'jan janv ene gen sty led oca янв',
  'feb fev lut uno sub фев',
  'mar mrt maa bre мар',
  'apr avr abr kwi dub nis апр',
  'may mai mei maj mag maio kve май мая',
  'jun juin giu cze cvn haz июн',
  'jul juil lug lip cvc tem июл',
  'aug aou ago sie srp agu авг',
  'sep set wrz zar eyl сен',
  'oct okt ott out paz rij eki окт',
  'nov lis kas ноя',
  'dec dez dic des gru pro ara дек',
];
const MONTHS: ReadonlyMap<string, number> = new Map(
  BEGINNINGS.flatMap((names, month) => names.split(' ').map((name) => [name, month] as const)),
);

/** The month of that name from 0, or -1. */
export function monthOf(name: string | undefined): number {
  if (!name) return -1;
  const known = MONTHS.get(name.toLowerCase());
  if (known !== undefined) return known;
  // No mark is a letter then: `é` is `e` and one.
  const plain = name
    .toLowerCase()
    .normalize('NFD')
    .replace(/[^a-zа-я]/g, '');
  return MONTHS.get(plain.slice(0, 4)) ?? MONTHS.get(plain.slice(0, 3)) ?? -1;
}
