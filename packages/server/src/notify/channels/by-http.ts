import { err, ok, type Problem, type Result, tidy } from '@cordon/core';
import type { Channel, HandOver, Post, Posting } from '../channel.ts';

const MOST_SAID = 200;

/** Everything of a channel that posts JSON or a form but what it posts. */
export interface HttpChannel extends Pick<Channel, 'id' | 'kind' | 'knowsKeys'> {
  readonly post: Post;
  readonly toPosting: (handOver: HandOver) => Result<Posting>;
  /** Does the answer say it was taken? Default: any status of 200 to 299. */
  readonly isTaken?: (status: number, text: string) => boolean;
}

/** A channel that is one request. */
export const createHttpChannel = (parts: HttpChannel): Channel => ({
  id: parts.id,
  kind: parts.kind,
  knowsKeys: parts.knowsKeys,
  async send(handOver, signal) {
    const posting = parts.toPosting(handOver);
    if (!posting.ok) return posting;
    const answer = await parts.post(posting.value, signal);
    if (!answer.ok) return answer;
    const { status, text } = answer.value;
    const isTaken = parts.isTaken ?? isSuccess;
    return isTaken(status, text) ? ok(`HTTP ${status}`) : err(refused(parts, status, text));
  },
});

const isSuccess = (status: number): boolean => status >= 200 && status < 300;

/** Too many requests and failures of the receiver pass; what it will not take now it will not take later. */
const refused = ({ id }: HttpChannel, status: number, text: string): Problem => ({
  code: 'channel_refused',
  detail: `Channel ${id} answered HTTP ${status}: ${tidy(text, MOST_SAID) || 'nothing'}.`,
  retryable: status === 429 || status === 408 || status >= 500,
});

export const JSON_HEADERS = { 'content-type': 'application/json' } as const;

/** The address of the person in the channel, which the configuration was checked for. */
export const addressOf = ({ to }: HandOver): string => to ?? '';

export const baseOf = (url: string): string => url.replace(/\/+$/, '');
