import { err, ok, type Problem, type Result } from '@cordon/core';
import { defineAction, defineConnector, type ProbeResult, type Receipt } from '@cordon/kit';
import type { Static } from 'typebox';
import { UserParams, userTarget } from '../verb-params.ts';
import { LdapConfig } from './config.ts';
import { type Account, withDirectory } from './directory.ts';
import { flavourOf, type Mark } from './flavour.ts';

type Params = Static<typeof UserParams>;
interface Context {
  readonly config: LdapConfig;
  readonly signal: AbortSignal;
}

/** An effect on an account: the mark in the directory, and how it reads. */
interface Effect {
  readonly markOf: (config: LdapConfig) => Mark;
  readonly word: string;
}

const DISABLE: Effect = { markOf: (config) => flavourOf(config).disabled, word: 'disabled' };
const EXPIRE: Effect = {
  markOf: (config) => flavourOf(config).expired,
  word: 'asked for a new password',
};

const unknown = (user: string): Problem => ({
  code: 'target_unknown',
  detail: `The directory knows no account ${user}.`,
  retryable: false,
});

function look(effect: Effect, { user }: Params, context: Context) {
  const { attribute, isSet } = effect.markOf(context.config);
  return withDirectory(context, async (directory) => {
    const found = await directory.find(flavourOf(context.config), user, attribute);
    if (!found.ok) return found;
    return ok({ account: found.value, present: isSet(found.value?.value) });
  });
}

async function probe(
  effect: Effect,
  params: Params,
  context: Context,
): Promise<Result<ProbeResult>> {
  const seen = await look(effect, params, context);
  if (!seen.ok) return seen;
  const { account, present } = seen.value;
  if (account === undefined)
    return ok({ present: false, state: {}, text: unknown(params.user).detail });
  return ok({
    present,
    state: { dn: account.dn, value: account.value ?? null },
    text: `${params.user} is ${present ? '' : 'not '}${effect.word} in the directory.`,
  });
}

/** Sets or takes away the mark, unless it stands so already. */
function turn(
  effect: Effect,
  { user }: Params,
  of: { readonly context: Context; readonly to: 'set' | 'unset' },
): Promise<Result<Receipt>> {
  const { config } = of.context;
  const mark = effect.markOf(config);
  return withDirectory<Receipt>(of.context, async (directory) => {
    const found = await directory.find(flavourOf(config), user, mark.attribute);
    if (!found.ok) return found;
    const account = found.value;
    if (account === undefined) return err(unknown(user));
    if (mark.isSet(account.value) === (of.to === 'set'))
      return ok({ changed: false, text: `${user} stood so already.` });
    if (isOwn(account, config)) return err(OWN);
    const { attribute } = mark;
    await directory.turn(account.dn, {
      attribute,
      from: account.value,
      to: mark[of.to](account.value),
    });
    const how = of.to === 'set' ? effect.word : `not ${effect.word} any more`;
    return ok({ changed: true, text: `${user} is ${how}.` });
  });
}

/** The account that could take the effect back. */
const isOwn = ({ dn }: Account, { bind_dn }: LdapConfig): boolean =>
  dn.toLowerCase() === bind_dn.toLowerCase();
const OWN: Problem = {
  code: 'action_failed',
  detail:
    'It is the account that Cordon itself works with; locked out, it could not take anything back.',
  retryable: false,
};

const suspend = defineAction<LdapConfig, typeof UserParams>({
  verb: 'identity.user.suspend',
  inverse: 'identity.user.resume',
  class: 'contain',
  title: 'Disable an account',
  params: UserParams,
  ttl: 'platform',
  impact: 2,
  target: userTarget,
  probe: (params, context) => probe(DISABLE, params, context),
  apply: (params, context) => turn(DISABLE, params, { context, to: 'set' }),
  undo: (params, context) => turn(DISABLE, params, { context, to: 'unset' }),
});

const resume = defineAction<LdapConfig, typeof UserParams>({
  verb: 'identity.user.resume',
  inverse: 'identity.user.suspend',
  class: 'restore',
  title: 'Enable an account',
  params: UserParams,
  ttl: 'none',
  impact: 1,
  target: userTarget,
  async probe(params, context) {
    const seen = await probe(DISABLE, params, context);
    return seen.ok ? ok({ ...seen.value, present: !seen.value.present }) : seen;
  },
  apply: (params, context) => turn(DISABLE, params, { context, to: 'unset' }),
  undo: async () => ok({ changed: false, text: 'What was enabled is not disabled again.' }),
});

const expire = defineAction<LdapConfig, typeof UserParams>({
  verb: 'identity.password.expire',
  class: 'evict',
  title: 'Make an account choose a new password',
  params: UserParams,
  ttl: 'none',
  impact: 2,
  target: userTarget,
  probe: (params, context) => probe(EXPIRE, params, context),
  apply: (params, context) => turn(EXPIRE, params, { context, to: 'set' }),
});

/**
 * Accounts of Active Directory and OpenLDAP. A change names the value it replaces, so that one that was
 * changed in between is not overwritten; the account of the connector itself is never locked out.
 */
export const ldap = defineConnector({
  id: 'ldap',
  title: 'LDAP directory',
  config: LdapConfig,
  actions: [suspend, resume, expire],
  async check(context) {
    const found = await look(DISABLE, { user: 'cordon' }, context);
    return found.ok ? ok({ text: 'The directory can be read.' }) : found;
  },
});
