import type { EventProfile } from './event-profile.ts';
import type { FieldProfile } from './field-profile.ts';
import type { Atom, AtomCost } from './witness.ts';

/** Parts that are in most paths and command lines of Windows and Linux. */
const COMMON =
  /^(?:c:\\|\\|\/|windows|\\windows\\|system32|\\system32\\|c:\\windows\\|\.exe|\.dll|exe|program files|\\users\\|users|microsoft|appdata|local|temp|http|https:\/\/|\/usr\/|\/bin\/|hklm\\|software|currentversion)$/;

/** What is thought of an atom before anything was seen: the more it says, the rarer it is. */
export const guessCost: AtomCost = ({ field, kind, text }) => {
  const everywhere = field === null ? 4 : 1;
  switch (kind) {
    case 'equal':
      return /^\d{1,5}$|^(?:true|false|-)$/.test(text) ? 60 : 4;
    case 'base':
      return 5;
    case 'wide':
      return 3 * everywhere;
    case 'there':
      return 1_000 * everywhere;
    case 'part':
      return partCost(text) * everywhere;
  }
};

function partCost(text: string): number {
  if (COMMON.test(text)) return 400;
  if (text.length < 3) return 300;
  return 8 + 240 / text.length;
}

const MIN_SEEN = 200;

/** The cost of an atom by what was seen: how often in a thousand events it is (at most). */
export function learnedCost(seen: EventProfile): AtomCost {
  if (seen.events < MIN_SEEN) return guessCost;
  const share = (count: number) => (1_000 * count) / seen.events;
  return (atom: Atom) => {
    const least = guessCost(atom) / 100;
    const profile = seen.of(atom.field);
    if (!profile) return least;
    switch (atom.kind) {
      case 'there':
        return Math.max(share(profile.present), 1) + 20;
      case 'wide':
        return share(profile.wide) + least;
      case 'equal':
        return share(profile.countOf(atom.text)) + least;
      case 'base':
        return share(profile.countOfBase(atom.text)) + least;
      case 'part':
        return partShare(atom.text, profile, share) + least;
    }
  };
}

/** A text is at most as frequent as its rarest gram; short texts are sought one by one. */
function partShare(text: string, profile: FieldProfile, share: (count: number) => number): number {
  if (text.length < 3) return share(profile.present) / 4 + 20;
  return share(profile.rarestGram(text).count);
}
