import { err, type Notice, ok, type Problem, toEpochMs } from '@cordon/core';
import { type Caller, createCaller, SourceTrouble, signWebhook } from '@cordon/extensions';
import type { Config } from './config/load-config.ts';
import type { Channel, Post } from './notify/channel.ts';
import type { ConfiguredChannel } from './notify/config.ts';
import { createAnswerLinks, openLinkKey } from './notify/links.ts';
import { Notifier } from './notify/notifier.ts';
import { CHANNEL_KINDS } from './notify/open-channels.ts';
import type { StateStore } from './store/ports.ts';
import type { Telemetry } from './telemetry/telemetry.ts';

const MAX_BYTES = 65_536;

/** What telling people stands on. */
export interface NotifyGround {
  readonly config: Pick<Config, 'notify' | 'dataDir'>;
  readonly stores: { readonly state: StateStore };
  readonly telemetry: Telemetry;
  readonly signal: AbortSignal;
}

/** The notifier with its channels; undefined while nobody is named who could be told. */
export async function composeNotify(
  { config, stores, telemetry, signal }: NotifyGround,
  parts: { readonly publicUrl: () => string; readonly notices: () => readonly Notice[] },
): Promise<Notifier | undefined> {
  const settings = config.notify;
  if (settings === undefined) return undefined;
  const callers = { open: createCaller(true), guarded: createCaller(false) };
  signal.addEventListener(
    'abort',
    () => void Promise.all([callers.open.close(), callers.guarded.close()]),
    { once: true },
  );
  const channels = settings.channels.map((channel) =>
    openChannel(channel, channel.allowPrivate ? callers.open : callers.guarded),
  );
  return new Notifier({
    ...parts,
    store: stores.state,
    signal,
    roster: settings.roster,
    linkMs: settings.linkMs,
    channels: new Map(channels.map((channel) => [channel.id, channel])),
    links: createAnswerLinks(await openLinkKey(config.dataDir)),
    now: () => toEpochMs(Date.now()),
    report: (problem) => telemetry.problemRaised({ part: 'notify', problem }),
  });
}

function openChannel({ id, kind, settings }: ConfiguredChannel, caller: Caller): Channel {
  const known = CHANNEL_KINDS[kind];
  if (known === undefined) throw new Error(`the configuration was checked: ${kind}`);
  return known.open(id, settings, { post: createPost(caller), sign: signWebhook });
}

/** A channel's way out over a guarded caller. */
export const createPost =
  (caller: Caller): Post =>
  async ({ what, url, headers, body }, signal) => {
    try {
      const answer = await caller.call(
        {
          what,
          url: new URL(url),
          method: 'POST',
          headers: { 'user-agent': 'Cordon', ...headers },
          body,
          maxBytes: MAX_BYTES,
        },
        signal,
      );
      return ok({ status: answer.status, text: answer.body.toString('utf8') });
    } catch (error) {
      if (error instanceof SourceTrouble) return err(toProblem(error.problem));
      throw error;
    }
  };

/** In the words of a channel. */
const toProblem = ({ code, detail }: Problem): Problem =>
  code === 'target_not_allowed'
    ? {
        code,
        detail,
        hint: 'Set allow_private of the channel when that is meant.',
        retryable: false,
      }
    : { code: 'channel_unreachable', detail, retryable: true };
