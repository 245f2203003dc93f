import type { ActionClass } from './action.ts';

/** What a verb of the catalogue does to the world. */
export interface VerbInfo {
  readonly class: ActionClass;
  /** The verb that takes it back. */
  readonly inverse?: string;
}

/** The catalogue: `domain.object.verb`. A connector implements verbs; a verb never changes its meaning. */
export const VERBS: Readonly<Record<string, VerbInfo>> = {
  'endpoint.host.isolate': { class: 'contain', inverse: 'endpoint.host.release' },
  'endpoint.host.release': { class: 'restore', inverse: 'endpoint.host.isolate' },
  'net.ip.block': { class: 'contain', inverse: 'net.ip.unblock' },
  'net.ip.unblock': { class: 'restore', inverse: 'net.ip.block' },
  'notify.webhook.send': { class: 'notify' },
};

/** The step verb that takes back everything the run holds; understood by the runner itself. */
export const UNDO_ALL = 'undo.all';
