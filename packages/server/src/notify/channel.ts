import type { Letter, Result } from '@cordon/core';

/** One hand-over to a channel. */
export interface HandOver {
  /**
   * The same for the same hand-over, also after a crash. A channel that knows keys shows a person one
   * of two with the same key.
   */
  readonly key: string;
  /** The address within the channel, where it has such. */
  readonly to?: string;
  readonly letter: Letter;
  /** Where a page of the console is. */
  readonly link: (path: string) => string;
  /** A page on which this person, and nobody else, answers for all of it. */
  readonly answerUrl: string;
  /** It may have been handed over before: the process died before it could write down what the channel said. */
  readonly isRepeat: boolean;
  readonly at: number;
}

/** Text to an address that need not be of the roster. */
export interface PlainMail {
  /** The same for the same mail, also after a crash: its Message-ID. */
  readonly key: string;
  readonly to: string;
  readonly subject: string;
  readonly text: string;
  readonly at: number;
}

/** A way to reach people. Sends once and tries nothing again: that is the notifier's. */
export interface Channel {
  readonly id: string;
  readonly kind: string;
  /** Does the receiver show one of two with the same key? */
  readonly knowsKeys: boolean;
  /**
   * Resolves with what the receiver said when it has taken it, or with why not; `retryable` says
   * whether the same may be taken later. Never rejects for what the world does; ends soon after abort.
   */
  send(handOver: HandOver, signal: AbortSignal): Promise<Result<string>>;
  /** Present where the channel can mail whom it is told; promises what `send` does. */
  mail?(mail: PlainMail, signal: AbortSignal): Promise<Result<string>>;
  close?(): Promise<void>;
}

/** A request to a product behind a channel. */
export interface Posting {
  /** Names the receiver in problems: no secret, no query. */
  readonly what: string;
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/** The guarded way out: public addresses unless told otherwise, no redirect followed, the answer bounded. */
export type Post = (
  posting: Posting,
  signal: AbortSignal,
) => Promise<Result<{ readonly status: number; readonly text: string }>>;
