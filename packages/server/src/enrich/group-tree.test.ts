import { describe, expect, it } from 'vitest';
import { GroupTree } from './group-tree.ts';

const dn = (name: string) => `CN=${name},OU=Groups,DC=corp`;
const reached = (groups: readonly object[], entry: object) =>
  [...new GroupTree(groups as never).groupsOf(entry as never)]
    .map((one) => /^cn=([^,]*)/.exec(one)?.[1])
    .toSorted();

describe('groups inside groups', () => {
  it.each([
    {
      name: 'told from below',
      groups: [
        { dn: dn('Desk'), memberOf: dn('Helpers') },
        { dn: dn('Helpers'), memberOf: [dn('Admins')] },
      ],
      entry: { dn: 'CN=Dana', memberOf: [dn('Desk')] },
      groupsOf: ['admins', 'desk', 'helpers'],
    },
    {
      name: 'told from above',
      groups: [
        { dn: dn('Admins'), member: [dn('Helpers'), 'CN=Eve'] },
        { dn: dn('Helpers'), uniqueMember: 'cn=dana , ou=people' },
      ],
      entry: { dn: 'CN=Dana,OU=People' },
      groupsOf: ['admins', 'helpers'],
    },
    {
      name: 'in a ring',
      groups: [
        { dn: dn('A'), memberOf: dn('B') },
        { dn: dn('B'), memberOf: dn('A') },
      ],
      entry: { dn: 'CN=Dana', memberOf: dn('A') },
      groupsOf: ['a', 'b'],
    },
    { name: 'none', groups: [{ memberOf: dn('A') }], entry: { dn: 'CN=Dana' }, groupsOf: [] },
  ])('$name', ({ groups, entry, groupsOf }) => {
    expect(reached(groups, entry)).toEqual(groupsOf);
  });
});
