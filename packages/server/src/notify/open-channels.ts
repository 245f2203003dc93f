import type { Static, TObject } from 'typebox';
import type { Channel, Post } from './channel.ts';
import { createEmail, EmailYml } from './channels/email.ts';
import { createGotify, GotifyYml } from './channels/gotify.ts';
import { createNtfy, NtfyYml } from './channels/ntfy.ts';
import { createOpsgenie, OpsgenieYml } from './channels/opsgenie.ts';
import { createPagerDuty, PagerDutyYml } from './channels/pagerduty.ts';
import { createSlack, SlackYml } from './channels/slack.ts';
import { createSms, SmsYml } from './channels/sms.ts';
import { createTeams, TeamsYml } from './channels/teams.ts';
import { createWebhook, type SignWebhook, WebhookYml } from './channels/webhook.ts';

/** What channels of the web stand on. */
export interface ChannelMeans {
  readonly post: Post;
  readonly sign: SignWebhook;
}

/** A kind of channel: its settings, and how one is opened with settings that fit. */
export interface ChannelKind<T extends TObject = TObject> {
  readonly settings: T;
  /** Does it go over HTTP, so that its address is looked at before it is called? */
  readonly isWeb: boolean;
  /** Does every person need an address of their own in it? */
  readonly needsAddress: boolean;
  open(id: string, settings: Static<T>, means: ChannelMeans): Channel;
}

/** One that goes over HTTP and knows people by an address. */
const web = <T extends TObject>(
  settings: T,
  open: (id: string, settings: Static<T>, post: Post) => Channel,
): ChannelKind<T> => ({
  settings,
  isWeb: true,
  needsAddress: true,
  open: (id, given, { post }) => open(id, given, post),
});

/** Every kind of channel there is, in order of name. To add one, add its line. */
export const CHANNEL_KINDS: Readonly<Record<string, ChannelKind>> = {
  email: { settings: EmailYml, isWeb: false, needsAddress: true, open: createEmail },
  gotify: web(GotifyYml, createGotify),
  ntfy: web(NtfyYml, createNtfy),
  opsgenie: web(OpsgenieYml, createOpsgenie),
  pagerduty: web(PagerDutyYml, createPagerDuty),
  slack: { ...web(SlackYml, createSlack), needsAddress: false },
  sms: web(SmsYml, createSms),
  teams: { ...web(TeamsYml, createTeams), needsAddress: false },
  webhook: { settings: WebhookYml, isWeb: true, needsAddress: false, open: createWebhook },
};
