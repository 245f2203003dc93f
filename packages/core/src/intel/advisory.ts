import { err, ok, type Result } from '../shared/result.ts';
import { type EpochMs, toEpochMs } from '../shared/time.ts';
import { toCanonical } from './canonical.ts';
import { splitRow } from './delimited.ts';
import { ADVISED } from './find-weakness.ts';
import { type FeedContext, type IndicatorSink, toLabel } from './indicator.ts';

/*
 * Advisories: what a vendor or a database says of a vulnerability, in the Common Security Advisory
 * Framework 2.0 (OASIS) or in the Open Source Vulnerability format (openssf.org). Context for what
 * names a CVE, beside the catalogues of `vulnerability.ts`.
 */

type Row = Readonly<Record<string, unknown>>;

const isRow = (value: unknown): value is Row =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
const rowOf = (row: Row, name: string): Row => (isRow(row[name]) ? row[name] : {});
const listOf = (row: Row, name: string): readonly unknown[] =>
  Array.isArray(row[name]) ? row[name] : [];
const rowsOf = (row: Row, name: string): readonly Row[] => listOf(row, name).filter(isRow);
const textOf = (row: Row, name: string): string =>
  typeof row[name] === 'string' ? row[name].trim() : '';

/** What a document says of one CVE. */
interface Advice {
  readonly cve: string;
  readonly text: string;
  readonly reference: string;
  readonly at: EpochMs | undefined;
}

function timeOf(text: string): EpochMs | undefined {
  const time = Date.parse(text);
  return Number.isNaN(time) ? undefined : toEpochMs(time);
}

/** Of a VEX document also what is not affected is told; of that there is no advice. */
const isAffected = (vulnerability: Row): boolean => {
  const status = rowOf(vulnerability, 'product_status');
  const told = Object.keys(status).filter((name) => listOf(status, name).length > 0);
  return told.length === 0 || told.some((name) => name !== 'known_not_affected');
};

function fromCsaf(document: Row, root: Row, refuse: IndicatorSink['refuse']): readonly Advice[] {
  const tracking = rowOf(document, 'tracking');
  if (textOf(tracking, 'status') === 'draft') {
    refuse('draft');
    return [];
  }
  const reference = textOf(tracking, 'id');
  const who = textOf(rowOf(document, 'publisher'), 'name');
  return rowsOf(root, 'vulnerabilities').flatMap((vulnerability) => {
    if (!isAffected(vulnerability)) {
      refuse('not_affected');
      return [];
    }
    const fix = rowsOf(vulnerability, 'remediations').find(
      (one) => textOf(one, 'category') === 'vendor_fix',
    );
    const remedy = fix ? `; ${textOf(fix, 'details')}` : '';
    return {
      cve: textOf(vulnerability, 'cve'),
      text: `${who}: ${textOf(document, 'title')} (${reference})${remedy}`,
      reference,
      at: timeOf(textOf(tracking, 'current_release_date')),
    };
  });
}

function fromOsv(root: Row, refuse: IndicatorSink['refuse']): readonly Advice[] {
  if (textOf(root, 'withdrawn') !== '') {
    refuse('withdrawn');
    return [];
  }
  const reference = textOf(root, 'id');
  const packages = rowsOf(root, 'affected').map((one) => {
    const { ecosystem = '', name = '' } = rowOf(one, 'package');
    const events = rowsOf(one, 'ranges').flatMap((range) => rowsOf(range, 'events'));
    const fixed = events.map((event) => textOf(event, 'fixed')).find((version) => version !== '');
    return `${ecosystem} ${name}${fixed ? `, fixed in ${fixed}` : ''}`;
  });
  const names = [reference, ...listOf(root, 'aliases')].filter((name) => /^CVE-/.test(`${name}`));
  return names.map((cve) => ({
    cve: String(cve),
    text: `${[...new Set(packages)].join(', ')} (${reference})`,
    reference,
    at: timeOf(textOf(root, 'modified')),
  }));
}

/** One document, a list of them, or one a line; undefined when it is none of these. */
function documentsOf(text: string): readonly unknown[] | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return Array.isArray(value) ? value : [value];
  } catch {
    return linesOf(text);
  }
}

function linesOf(text: string): readonly unknown[] | undefined {
  try {
    return text
      .split('\n')
      .filter((line) => line.trim() !== '')
      .map((line) => JSON.parse(line) as unknown);
  } catch {
    return undefined;
  }
}

function adviceOf(root: unknown, refuse: IndicatorSink['refuse']): readonly Advice[] | undefined {
  if (!isRow(root)) return undefined;
  const document = rowOf(root, 'document');
  if (textOf(document, 'csaf_version') !== '') return fromCsaf(document, root, refuse);
  const isOsv = textOf(root, 'id') !== '' && textOf(root, 'modified') !== '';
  return isOsv ? fromOsv(root, refuse) : undefined;
}

/** Reads advisories; gives how many documents there were. One that is none refuses all. */
export function readAdvisories(
  text: string,
  context: FeedContext,
  sink: IndicatorSink,
): Result<number> {
  const documents = documentsOf(text);
  const advice = documents?.map((root) => adviceOf(root, sink.refuse));
  if (!advice || advice.includes(undefined))
    return err({
      code: 'feed_broken',
      detail: 'It holds something that is neither an advisory of CSAF 2.0 nor one of OSV.',
      hint: 'Nothing of it was taken; what the feed gave before stays in use.',
      at: { file: context.where },
      retryable: true,
    });
  for (const { cve, text: what, reference, at } of advice.flatMap((one) => one ?? [])) {
    const value = toCanonical('cve', cve);
    if (value === undefined) {
      sink.refuse('bad_value cve');
      continue;
    }
    sink.keep({
      type: 'cve',
      value,
      label: toLabel(`${ADVISED}${what}`),
      confidence: context.confidence,
      role: 'context',
      ...(reference ? { reference } : {}),
      ...(at === undefined ? {} : { validFrom: at }),
    });
  }
  return ok(advice.length);
}

/** One file of a folder or a feed of advisories. */
export interface ListedAdvisory {
  /** Its path below the folder, or its address. */
  readonly name: string;
  /** Another one than before means that the file changed. */
  readonly stamp: string;
}

/** Reads `changes.csv` of a folder of CSAF (section 7.1.13): the path and the time of each file. */
export function readAdvisoryList(text: string): readonly ListedAdvisory[] {
  return text.split(/\r?\n/).flatMap((line) => {
    const [name = '', stamp = ''] = splitRow(line, ',');
    const isPath = /^[\w.-]+(?:\/[\w.-]+)*\.json$/.test(name) && !name.includes('..');
    return isPath ? { name, stamp } : [];
  });
}

/**
 * Reads a ROLIE feed of CSAF (RFC 8322, CSAF 2.0 section 7.1.15): the address of each document, and when
 * it was updated. Undefined when the text is none.
 */
export function readRolie(text: string): readonly ListedAdvisory[] | undefined {
  if (!/^\s*\{\s*"feed"\s*:/.test(text)) return undefined;
  const [root] = documentsOf(text) ?? [];
  const feed = isRow(root) ? rowOf(root, 'feed') : {};
  if (!Array.isArray(feed['entry'])) return undefined;
  return rowsOf(feed, 'entry').flatMap((entry) => {
    const self = rowsOf(entry, 'link').find((link) => textOf(link, 'rel') === 'self') ?? {};
    const name = textOf(rowOf(entry, 'content'), 'src') || textOf(self, 'href');
    return name === '' ? [] : { name, stamp: textOf(entry, 'updated') };
  });
}
