import { type EpochMs, toEpochMs } from '../shared/time.ts';
import type { Sample } from './sample.ts';

const MAX_LINE = 8_192;
const NAME = /^[a-zA-Z_:][a-zA-Z0-9_:]*/;
const LABEL = /^([a-zA-Z_][a-zA-Z0-9_]*)\s*=\s*"((?:[^"\\]|\\.)*)"\s*,?\s*/;
const ESCAPES: Readonly<Record<string, string>> = { n: '\n', '\\': '\\', '"': '"' };

/** The samples of a page, and how many lines could not be read. */
export interface Exposition {
  readonly samples: readonly Sample[];
  readonly unreadCount: number;
}

/**
 * Reads the text that exporters show (Prometheus text format 0.0.4, OpenMetrics without exemplars);
 * `at` is the time of samples that say none.
 */
export function parseExposition(text: string, at: EpochMs): Exposition {
  const samples: Sample[] = [];
  let unreadCount = 0;
  for (const line of text.split('\n')) {
    const trimmed = line.trim();
    if (trimmed === '' || trimmed.startsWith('#')) continue;
    const sample = trimmed.length > MAX_LINE ? undefined : readLine(trimmed, at);
    if (sample === undefined) unreadCount += 1;
    else samples.push(sample);
  }
  return { samples, unreadCount };
}

function readLine(line: string, at: EpochMs): Sample | undefined {
  const name = NAME.exec(line)?.[0];
  if (name === undefined) return undefined;
  const read = readLabels(line.slice(name.length).trimStart());
  if (read === undefined) return undefined;
  const [value = '', time] = read.rest
    .replace(/\s#.*$/, '')
    .trim()
    .split(/\s+/);
  const number = toNumber(value);
  if (number === undefined) return undefined;
  const told = time === undefined ? at : Number(time);
  if (!Number.isFinite(told) || told < 0) return undefined;
  return { name, labels: read.labels, at: toEpochMs(Math.round(told)), value: number };
}

function readLabels(
  text: string,
): { readonly labels: Record<string, string>; readonly rest: string } | undefined {
  const labels: Record<string, string> = {};
  if (!text.startsWith('{')) return { labels, rest: text };
  let rest = text.slice(1).trimStart();
  while (!rest.startsWith('}')) {
    const label = LABEL.exec(rest);
    if (label === null) return undefined;
    const [whole, key = '', value = ''] = label;
    labels[key] = value.replace(/\\(.)/g, (_, one: string) => ESCAPES[one] ?? one);
    rest = rest.slice(whole.length);
  }
  return { labels, rest: rest.slice(1) };
}

const WORDS: Readonly<Record<string, number>> = {
  '+Inf': Number.POSITIVE_INFINITY,
  '-Inf': Number.NEGATIVE_INFINITY,
  NaN: Number.NaN,
};

function toNumber(text: string): number | undefined {
  const word = WORDS[text];
  if (word !== undefined) return word;
  const number = Number(text);
  return text === '' || Number.isNaN(number) ? undefined : number;
}
