import { canonicalIp, canonicalUser, isOwnAddress } from '../entity/resolve.ts';
import type { Event } from '../event/event.ts';
import { BoundedMap } from '../shared/bounded-map.ts';
import type { Json } from '../shared/json.ts';
import type { EpochMs } from '../shared/time.ts';
import { HOUR_MS } from '../shared/time.ts';

/** A log-in that worked after many that did not, from the same address. */
export interface BreakIn {
  readonly at: EpochMs;
  readonly user: string;
  readonly failures: number;
  readonly offset: number;
}

interface SourceHistory {
  readonly failures: number;
  readonly lastFailureAt: EpochMs;
  /** Log-ins that worked, each at least an hour after the last failure or before any. */
  readonly goodLogins: number;
  readonly firstGoodAt?: EpochMs;
  readonly breakIn?: BreakIn;
}

const MAX_SOURCES = 20_000;
const FAILURES_BEFORE_BREAK_IN = 5;
const AUTHENTICATION = 3002;
const LOGON = 1;
const SUCCESS = 1;
const FAILURE = 2;

/** Log-ins by source address: failures, good habit, and success after failures. Bounded. */
export class AuthTracker {
  readonly #sources = new BoundedMap<string, SourceHistory>(MAX_SOURCES);

  /** The address that this event shows breaking in, if it does. */
  observe(event: Event): string | undefined {
    if (event.class_uid !== AUTHENTICATION || event.activity_id !== LOGON) return undefined;
    const text = event.src_endpoint?.ip;
    const ip = text && !isOwnAddress(text) ? canonicalIp(text) : undefined;
    if (ip === undefined) return undefined;
    const history = this.#sources.get(ip) ?? {
      failures: 0,
      lastFailureAt: event.time,
      goodLogins: 0,
    };
    if (event.status_id === FAILURE) this.#fail(ip, history, event.time);
    return event.status_id === SUCCESS ? this.#succeed(ip, history, event) : undefined;
  }

  breakInOf(ip: string): BreakIn | undefined {
    return this.#sources.get(ip)?.breakIn;
  }

  /** Good log-ins of a source, and since when. */
  habitOf(ip: string): { readonly goodLogins: number; readonly since?: EpochMs } {
    const history = this.#sources.get(ip);
    return {
      goodLogins: history?.goodLogins ?? 0,
      ...(history?.firstGoodAt === undefined ? {} : { since: history.firstGoodAt }),
    };
  }

  snapshot(): Json {
    return this.#sources.entries() as unknown as Json;
  }

  restore(from: Json): void {
    this.#sources.fill(from as unknown as readonly (readonly [string, SourceHistory])[]);
  }

  #fail(ip: string, history: SourceHistory, at: EpochMs): void {
    const isContinuing = at - history.lastFailureAt <= HOUR_MS;
    this.#sources.set(ip, {
      ...history,
      failures: isContinuing ? history.failures + 1 : 1,
      lastFailureAt: at,
    });
  }

  #succeed(ip: string, history: SourceHistory, event: Event): string | undefined {
    const isAfterFailures =
      history.failures >= FAILURES_BEFORE_BREAK_IN && event.time - history.lastFailureAt <= HOUR_MS;
    if (!isAfterFailures) {
      const firstGoodAt = history.firstGoodAt ?? event.time;
      this.#sources.set(ip, { ...history, goodLogins: history.goodLogins + 1, firstGoodAt });
      return undefined;
    }
    const user = canonicalUser(event.user?.name ?? event.actor?.user?.name ?? 'an unnamed account');
    const breakIn: BreakIn = {
      at: event.time,
      user,
      failures: history.failures,
      offset: event.provenance.offset,
    };
    this.#sources.set(ip, { ...history, failures: 0, breakIn });
    return ip;
  }
}
