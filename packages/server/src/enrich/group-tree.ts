/*
 * Groups inside groups: who is in a group is in every group that group is in, however deep, rings
 * included. Directories tell it from below (`memberOf`) or from above (`member`); both are read.
 */
import { type DirectoryEntry, textsOf } from './directory-entry.ts';

const MEMBERS = ['member', 'uniqueMember'] as const;

/** One spelling of a distinguished name: case and blanks around its commas do not count. */
const canonicalDn = (dn: string): string => dn.toLowerCase().replaceAll(/\s*,\s*/g, ',');

/** Which groups somebody is in, directly and through others. */
export class GroupTree {
  readonly #parents = new Map<string, string[]>();

  constructor(groups: readonly DirectoryEntry[]) {
    for (const group of groups) {
      const [dn] = textsOf(group['dn']);
      if (dn === undefined) continue;
      for (const parent of textsOf(group['memberOf'])) this.#tie(dn, parent);
      for (const attribute of MEMBERS)
        for (const member of textsOf(group[attribute])) this.#tie(member, dn);
    }
  }

  /** The distinguished names of all groups that the entry is in. */
  groupsOf(entry: DirectoryEntry): ReadonlySet<string> {
    const reached = new Set<string>();
    const own = textsOf(entry['dn']).flatMap((dn) => this.#parents.get(canonicalDn(dn)) ?? []);
    const left = [...textsOf(entry['memberOf']).map(canonicalDn), ...own];
    for (let group = left.pop(); group !== undefined; group = left.pop()) {
      if (reached.has(group)) continue;
      reached.add(group);
      left.push(...(this.#parents.get(group) ?? []));
    }
    return reached;
  }

  #tie(child: string, parent: string): void {
    const key = canonicalDn(child);
    const there = this.#parents.get(key);
    if (there) there.push(canonicalDn(parent));
    else this.#parents.set(key, [canonicalDn(parent)]);
  }
}
