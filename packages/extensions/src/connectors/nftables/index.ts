import { ok } from '@cordon/core';
import { defineAction, defineConnector } from '@cordon/kit';
import { canonicalIp, IpParams, ipTarget } from '../ip-params.ts';
import { checkNft, findElement, putElement, removeElement } from './client.ts';
import { NftablesConfig } from './config.ts';

const DEFAULT_TTL_MS = 3_600_000;

const blockIp = defineAction<NftablesConfig, typeof IpParams>({
  verb: 'net.ip.block',
  inverse: 'net.ip.unblock',
  class: 'contain',
  title: 'Block an address',
  params: IpParams,
  ttl: 'native',
  impact: 2,
  target: ipTarget,
  async probe(params, context) {
    const ip = canonicalIp(params);
    const found = await findElement(context, ip);
    if (!found.ok) return found;
    if (!found.value)
      return ok({ present: false, state: {}, text: `${ip} is not blocked by the firewall.` });
    const { expiresInS, comment } = found.value;
    const left = expiresInS === undefined ? '' : ` for ${expiresInS} s more`;
    return ok({
      present: true,
      ...(expiresInS === undefined ? {} : { expiresInS }),
      state: { comment: comment ?? null },
      text: `${ip} is blocked by the firewall${left}.`,
    });
  },
  async apply(params, context) {
    const ip = canonicalIp(params);
    const ttlS = Math.max(1, Math.ceil((context.ttlMs ?? DEFAULT_TTL_MS) / 1_000));
    const put = await putElement(context, ip, ttlS);
    if (!put.ok) return put;
    return ok({
      changed: true,
      text: `${ip} ${put.value === 'added' ? 'blocked' : 'kept blocked'} for ${ttlS} s.`,
    });
  },
  async undo(params, context) {
    const ip = canonicalIp(params);
    const removed = await removeElement(context, ip);
    if (!removed.ok) return removed;
    const text = {
      removed: 'unblocked.',
      absent: 'was not blocked any more.',
      foreign: 'stays blocked: the entry is not one of Cordon.',
    }[removed.value];
    return ok({ changed: removed.value === 'removed', text: `${ip} ${text}` });
  },
});

const unblockIp = defineAction<NftablesConfig, typeof IpParams>({
  verb: 'net.ip.unblock',
  inverse: 'net.ip.block',
  class: 'restore',
  title: 'Unblock an address',
  params: IpParams,
  ttl: 'none',
  impact: 1,
  target: ipTarget,
  async probe(params, context) {
    const ip = canonicalIp(params);
    const found = await findElement(context, ip);
    if (!found.ok) return found;
    return ok({
      present: !found.value,
      state: {},
      text: `${ip} is ${found.value ? '' : 'not '}blocked by the firewall.`,
    });
  },
  async apply(params, context) {
    const ip = canonicalIp(params);
    const removed = await removeElement(context, ip);
    if (!removed.ok) return removed;
    return ok({ changed: removed.value === 'removed', text: `${ip}: ${removed.value}.` });
  },
  undo: async () => ok({ changed: false, text: 'An unblocking is not taken back.' }),
});

/**
 * The Linux firewall, through a table of its own (`inet cordon`): nothing of anyone else is read or
 * changed. Blocks end by the kernel's own timer, even when Cordon is dead; a reboot ends them too.
 */
export const nftables = defineConnector({
  id: 'nftables',
  title: 'nftables firewall',
  config: NftablesConfig,
  actions: [blockIp, unblockIp],
  async check(context) {
    const checked = await checkNft(context);
    return checked.ok ? ok({ text: 'The rule set can be read.' }) : checked;
  },
});
