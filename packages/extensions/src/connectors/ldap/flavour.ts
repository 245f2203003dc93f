import { AndFilter, EqualityFilter, type Filter, OrFilter, PresenceFilter } from 'ldapts';
import type { LdapConfig } from './config.ts';

/** How one effect is written in one attribute. */
export interface Mark {
  readonly attribute: string;
  readonly isSet: (value: string | undefined) => boolean;
  /** The value with the effect, or without it; undefined: no value. */
  readonly set: (value: string | undefined) => string | undefined;
  readonly unset: (value: string | undefined) => string | undefined;
}

/** What differs between directories. */
export interface Flavour {
  readonly filterOf: (user: string) => Filter;
  readonly disabled: Mark;
  readonly expired: Mark;
}

const equal = (attribute: string, value: string): Filter =>
  new EqualityFilter({ attribute, value });

/** `CORP\anna` is anna. */
const bareName = (user: string): string => user.slice(user.lastIndexOf('\\') + 1);

/** The flag ACCOUNTDISABLE of userAccountControl (MS-ADTS 2.2.16). */
const DISABLED = 2n;
const NORMAL_ACCOUNT = 512n;
/** pwdAccountLockedTime of an account that only an administrator unlocks (draft-behera-ldap-password-policy). */
const FOR_GOOD = '000001010000Z';

const activeDirectory: Flavour = {
  filterOf: (user) =>
    new AndFilter({
      filters: [
        equal('objectClass', 'user'),
        new OrFilter({
          filters: [equal('sAMAccountName', bareName(user)), equal('userPrincipalName', user)],
        }),
      ],
    }),
  disabled: {
    attribute: 'userAccountControl',
    isSet: (value) => (BigInt(value ?? 0) & DISABLED) !== 0n,
    set: (value) => String(BigInt(value ?? NORMAL_ACCOUNT) | DISABLED),
    unset: (value) => String(BigInt(value ?? NORMAL_ACCOUNT) & ~DISABLED),
  },
  expired: {
    attribute: 'pwdLastSet',
    isSet: (value) => value === '0',
    set: () => '0',
    unset: () => '-1',
  },
};

const openldap: Flavour = {
  filterOf: (user) =>
    new AndFilter({
      filters: [
        new PresenceFilter({ attribute: 'objectClass' }),
        new OrFilter({ filters: [equal('uid', bareName(user)), equal('mail', user)] }),
      ],
    }),
  disabled: {
    attribute: 'pwdAccountLockedTime',
    isSet: (value) => value === FOR_GOOD,
    set: () => FOR_GOOD,
    unset: () => undefined,
  },
  expired: {
    attribute: 'pwdReset',
    isSet: (value) => value === 'TRUE',
    set: () => 'TRUE',
    unset: () => undefined,
  },
};

export const flavourOf = ({ kind }: LdapConfig): Flavour =>
  kind === 'active-directory' ? activeDirectory : openldap;
