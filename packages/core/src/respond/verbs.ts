import type { ActionClass } from './action.ts';

/** What a verb of the catalogue does to the world. */
export interface VerbInfo {
  readonly class: ActionClass;
  /** The verb that takes it back. */
  readonly inverse?: string;
  /** It does harm that stays, or stops the work of people: a person says yes first. */
  readonly isDestructive?: boolean;
}

const pair = (verb: string, inverse: string): Readonly<Record<string, VerbInfo>> => ({
  [verb]: { class: 'contain', inverse },
  [inverse]: { class: 'restore', inverse: verb },
});
const final = (verb: string): Readonly<Record<string, VerbInfo>> => ({
  [verb]: { class: 'evict', isDestructive: true },
});
const plain = (verb: string, of: ActionClass): Readonly<Record<string, VerbInfo>> => ({
  [verb]: { class: of },
});

/** The catalogue: `domain.object.verb`. A connector implements verbs; a verb never changes its meaning. */
export const VERBS: Readonly<Record<string, VerbInfo>> = {
  ...pair('net.ip.block', 'net.ip.unblock'),
  ...pair('net.domain.block', 'net.domain.unblock'),
  ...pair('net.url.block', 'net.url.unblock'),
  ...pair('endpoint.host.isolate', 'endpoint.host.release'),
  ...pair('endpoint.process.suspend', 'endpoint.process.resume'),
  ...final('endpoint.process.kill'),
  ...final('endpoint.service.restart'),
  ...pair('endpoint.file.quarantine', 'endpoint.file.restore'),
  ...plain('endpoint.artifact.collect', 'collect'),
  ...pair('identity.user.suspend', 'identity.user.resume'),
  ...final('identity.session.revoke'),
  ...final('identity.password.expire'),
  ...final('identity.token.revoke'),
  ...pair('identity.key.disable', 'identity.key.enable'),
  ...pair('email.message.quarantine', 'email.message.restore'),
  ...final('email.message.purge'),
  ...pair('email.sender.block', 'email.sender.unblock'),
  ...pair('cloud.key.disable', 'cloud.key.enable'),
  ...pair('cloud.instance.quarantine', 'cloud.instance.release'),
  ...plain('cloud.snapshot.create', 'collect'),
  ...plain('enrich.ip.look-up', 'read'),
  ...plain('enrich.user.get', 'read'),
  ...plain('intel.sighting.add', 'notify'),
  ...plain('ticket.issue.create', 'notify'),
  ...plain('notify.chat.post', 'notify'),
  ...plain('notify.mail.send', 'notify'),
  ...plain('notify.page.send', 'notify'),
  ...plain('notify.webhook.send', 'notify'),
};

/** The step verb that takes back everything the run holds; understood by the runner itself. */
export const UNDO_ALL = 'undo.all';
