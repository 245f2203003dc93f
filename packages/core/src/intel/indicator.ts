import type { EpochMs } from '../shared/time.ts';

/** The kinds of value that intelligence speaks of. `text` is of warninglists only. */
export const INDICATOR_TYPES = [
  'ip',
  'cidr',
  'domain',
  'hostname',
  'url',
  'email',
  'hash',
  'file_name',
  'file_path',
  'registry_key',
  'process',
  'command_line',
  'mutex',
  'user_agent',
  'ja3',
  'certificate',
  'cve',
  'text',
] as const;
export type IndicatorType = (typeof INDICATOR_TYPES)[number];

/** How far what was told may be passed on (TLP 2.0). */
export const TLP = ['clear', 'green', 'amber', 'amber+strict', 'red'] as const;
export type Tlp = (typeof TLP)[number];

/** A value of a type: what a pattern compares with. */
export interface Term {
  /** `port` is never an indicator by itself. */
  readonly type: IndicatorType | 'port';
  readonly value: string;
}

/**
 * One observable value that intelligence says is bad (or, as context, only speaks of). The value is
 * canonical: two feeds that mean the same thing write the same value.
 */
export interface Indicator {
  readonly type: IndicatorType;
  readonly value: string;
  /** Of an address: only with this port. */
  readonly port?: number;
  /** Terms of the same event that must hold, too (`AND` of a STIX pattern). */
  readonly also?: readonly Term[];
  /** What it stands for: a malware family, a campaign, an event's title. */
  readonly label: string;
  /** 0 to 100, as the feed says or as it is trusted. */
  readonly confidence: number;
  /** `context` is shown when asked for and never a reason for a signal. */
  readonly role: 'bad' | 'context';
  readonly tlp?: Tlp;
  /** When it was last said to be so; decay counts from here. */
  readonly validFrom?: EpochMs;
  readonly validUntil?: EpochMs;
  /** The feed's own name for it: a STIX id, a MISP uuid. */
  readonly reference?: string;
}

/** Where the readers of feeds put what they find: each thing is kept, or refused with a reason. */
export interface IndicatorSink {
  keep(indicator: Indicator): void;
  /** Something that cannot be used; the reason is one of few, so that it can be counted. */
  refuse(reason: string): void;
}

/** What a reader needs to know beside the text. */
export interface FeedContext {
  /** Shown as the place of a problem: an address or a file. */
  readonly where: string;
  /** Confidence where the feed gives none. */
  readonly confidence: number;
  /** What the values stand for where the feed does not say. */
  readonly label: string;
}

const MAX_LABEL = 160;

/** A label without control characters and of bounded length; feeds are written by strangers. */
export const toLabel = (text: string): string =>
  text
    .replaceAll(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]+/gu, ' ')
    .trim()
    .slice(0, MAX_LABEL);

/** A confidence inside its bounds, whatever was written. */
export const toConfidence = (value: unknown, fallback: number): number =>
  typeof value === 'number' && Number.isFinite(value)
    ? Math.min(100, Math.max(0, Math.round(value)))
    : fallback;
