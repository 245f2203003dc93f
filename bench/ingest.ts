/*
 * How fast records become searchable: the whole path in the real process, over syslog TCP and HTTP
 * push, beside each stage alone and the limits that this machine sets, in interleaved passes.
 */
import { passOthers } from './others.ts';
import { type Product, portOf, sharesOf, startProduct, until } from './product.ts';
import { check, Ledger, load, type Report, type Sample } from './report.ts';
import { openSocket, sendAll } from './sender.ts';
import { type Load, loadBenchContent, type Outcome, passStages, toChunks } from './stages.ts';
import { attackLines, createTraffic } from './traffic.ts';

export interface IngestOptions {
  readonly events: number;
  readonly passes: number;
  /** Lines of the comparison with other programs; 0 leaves it out. */
  readonly otherLines: number;
  readonly profileDir?: string;
}

/** Which row is the limit of which. */
export const LIMITS: Readonly<Record<string, string>> = {
  'limit: synced record log only': 'limit: receive only',
  'whole: syslog TCP to hot tail': 'limit: synced record log only',
  'whole: HTTP push to hot tail': 'limit: synced record log only',
  'whole: _bulk to hot tail': 'limit: synced record log only',
  'whole: _bulk to committed': 'limit: synced record log only',
  'whole: _bulk to searchable': 'limit: synced record log only',
  'whole: syslog TCP to committed': 'limit: synced record log only',
  'whole: syslog TCP to searchable': 'limit: synced record log only',
  'whole: HTTP push to committed': 'limit: synced record log only',
  'whole: HTTP push to searchable': 'limit: synced record log only',
  'stage: parse': 'limit: JSON.parse only',
  'sshd+nginx: Cordon (investigate)': 'sshd+nginx: CrowdSec',
};

const SOURCE = 'syslog';
const EVENTS_A_SECOND = 10_000;
const ATTACK_EVERY = 20_000;
const ATTACK_LINES = 12;
const BODY_LINES = 5_000;
const SETTLE_MS = 300_000;

/** Records spread evenly over the time up to now; the last one is of a kind that is searchable. */
function createLoad(count: number): Load {
  const traffic = createTraffic(11);
  const startedAt = Date.now() - (count / EVENTS_A_SECOND) * 1_000;
  const at = (n: number): number => startedAt + (n / EVENTS_A_SECOND) * 1_000;
  const lines = Array.from({ length: count }, (_, n) => traffic.line(at(n)));
  for (let n = 0; n + ATTACK_LINES <= count; n += ATTACK_EVERY)
    lines.splice(n, ATTACK_LINES, ...attackLines(n / ATTACK_EVERY, at(n), ATTACK_LINES));
  lines.splice(-1, 1, ...attackLines(0, at(count), 1));
  return { lines, json: Array.from({ length: count }, (_, n) => traffic.json(at(n))) };
}

/** When all of a pass was in the record log (synced, the hot tail that is searched), committed, in columns. */
interface Ends {
  readonly logged: Sample;
  readonly committed: Sample;
  readonly searchable: Sample;
  /** What each thread took for an event, in all. */
  readonly threads: string;
}

function addEnds(ledger: Ledger, way: string, ends: Ends): void {
  ledger.add(`whole: ${way} to hot tail`, ends.logged);
  ledger.add(`whole: ${way} to committed`, ends.committed);
  ledger.add(`whole: ${way} to searchable`, ends.searchable);
}

/** Sends everything and waits for its ends: in the log and searchable there, accounted for, in columns. */
async function sendThrough(
  product: Product,
  count: number,
  send: () => Promise<void>,
): Promise<Ends> {
  const startedAt = performance.now();
  const cpuBefore = product.cpuUs();
  const threadsBefore = product.cpuUsByThread();
  const sample = (): Sample => ({
    events: count,
    wallMs: performance.now() - startedAt,
    cpuUs: product.cpuUs() - cpuBefore,
  });
  const pipeline = async () => (await product.api.getOverview()).pipeline;
  await send();
  await until('every record in the log', SETTLE_MS, async () => (await pipeline()).head >= count);
  const logged = sample();
  await until('every record accounted for', SETTLE_MS, async () => {
    const { head, lag_records } = await pipeline();
    return head >= count && lag_records === 0;
  });
  const committed = sample();
  await until('every record searchable', SETTLE_MS, async () => {
    const { head, event_store_offset } = await pipeline();
    return event_store_offset === head;
  });
  const threads = sharesOf(threadsBefore, product.cpuUsByThread(), count);
  return { logged, committed, searchable: sample(), threads };
}

interface Whole extends Pick<Ends, 'threads'> {
  readonly parsed: number;
  readonly bytes: { readonly records: number; readonly events: number; readonly state: number };
}

async function finish(product: Product, count: number, { threads }: Ends): Promise<Whole> {
  const { conservation } = await product.api.listSources();
  check(
    `all ${count} records accounted for`,
    conservation.holds && conservation.accepted === count,
  );
  const bytes = {
    records: await product.sizeOf('records'),
    events: await product.sizeOf('events'),
    state: await product.sizeOf('state.sqlite'),
  };
  return { parsed: conservation.parsed, bytes, threads };
}

const profiled = ({ profileDir }: IngestOptions) => (profileDir ? { profileDir } : {});

async function passSyslog(ledger: Ledger, { lines }: Load, options: IngestOptions): Promise<Whole> {
  const config = { sources: [{ id: SOURCE, kind: 'syslog', transport: 'tcp', port: 0 }] };
  const product = await startProduct({ config, ...profiled(options) });
  try {
    const socket = await openSocket(await portOf(product, SOURCE));
    const chunks = toChunks(lines);
    const ends = await sendThrough(product, lines.length, () => sendAll(socket, chunks));
    addEnds(ledger, 'syslog TCP', ends);
    return await finish(product, lines.length, ends);
  } finally {
    await product.stop();
  }
}

/** A way to push over HTTP: where to, and how a document stands in the body. */
interface PushWay {
  readonly name: string;
  readonly path: (sourcePath: string) => string;
  readonly toLine: (document: string) => string;
}

const HTTP_PUSH: PushWay = {
  name: 'HTTP push',
  path: (sourcePath) => sourcePath,
  toLine: (document) => document,
};
const BULK: PushWay = {
  name: '_bulk',
  path: () => '/elasticsearch/_bulk',
  toLine: (document) => `{"create":{"_index":"bench"}}\n${document}`,
};

async function passHttp(
  ledger: Ledger,
  { json, options, way }: Pick<Load, 'json'> & { options: IngestOptions; way: PushWay },
): Promise<Whole> {
  const product = await startProduct({ config: {}, ...profiled(options) });
  try {
    const { token, path } = await product.api.createPushSource({
      body: { id: 'push', title: 'Push' },
    });
    const headers = { authorization: `Bearer ${token}`, 'content-type': 'application/x-ndjson' };
    const push = async (body: string): Promise<void> => {
      for (;;) {
        const url = `${product.url}${way.path(path)}`;
        const answer = await fetch(url, { method: 'POST', headers, body });
        const text = await answer.text();
        if (answer.status === 200 && !text.includes('"errors":true')) return;
        if (answer.status !== 429) throw new Error(`A push answered ${answer.status}.`);
      }
    };
    const ends = await sendThrough(product, json.length, async () => {
      for (let at = 0; at < json.length; at += BODY_LINES)
        await push(
          `${json
            .slice(at, at + BODY_LINES)
            .map(way.toLine)
            .join('\n')}\n`,
        );
    });
    addEnds(ledger, way.name, ends);
    return await finish(product, json.length, ends);
  } finally {
    await product.stop();
  }
}

/** Runs all measures, pass by pass. */
export async function runIngest(options: IngestOptions): Promise<Report> {
  const { events, passes } = options;
  const loadBefore = load();
  const ledger = new Ledger();
  const content = await loadBenchContent();
  const given = createLoad(events);
  const stages: Outcome[] = [];
  const syslog: Whole[] = [];
  const http: Whole[] = [];
  const bulk: Whole[] = [];
  let missing: readonly string[] = [];
  for (let pass = 0; pass < passes; pass += 1) {
    stages.push(await passStages(ledger, content, given));
    syslog.push(await passSyslog(ledger, given, options));
    http.push(await passHttp(ledger, { ...given, options, way: HTTP_PUSH }));
    bulk.push(await passHttp(ledger, { ...given, options, way: BULK }));
    if (options.otherLines > 0) missing = await passOthers(ledger, options.otherLines);
  }
  const first = stages[0];
  const isSame = <T>(things: readonly T[], by: (thing: T) => unknown): boolean =>
    new Set(things.map(by)).size === 1;
  const checks = [
    check(
      `every pass parses ${first?.parsed} of ${events} lines, ${first?.signals} signals`,
      isSame(stages, ({ parsed, signals }) => `${parsed} ${signals}`),
    ),
    check(
      'the process parses what the stage parses',
      isSame([...stages, ...syslog], ({ parsed }) => parsed),
    ),
    check(
      `HTTP push: every pass parses ${http[0]?.parsed}`,
      isSame(http, ({ parsed }) => parsed),
    ),
    check(
      `_bulk: every pass parses ${bulk[0]?.parsed}`,
      isSame(bulk, ({ parsed }) => parsed),
    ),
  ];
  const each = (whole: Whole | undefined): string => {
    const { records = 0, events: stored = 0, state = 0 } = whole?.bytes ?? {};
    return [records, stored, state].map((bytes) => Math.round(bytes / events)).join(' / ');
  };
  const inBytes = given.lines.reduce((sum, line) => sum + line.length, 0);
  return {
    bench: 'ingest',
    node: process.versions.node,
    loadBefore,
    loadAfter: load(),
    checks,
    rows: ledger.rows(),
    facts: {
      'events in a pass': events,
      'bytes a syslog line': Math.round(inBytes / events),
      'bytes an event on disk, sealed: log / columns / both': sealed(first, events),
      'bytes on disk, syslog: log / events / state': each(syslog[0]),
      'bytes on disk, HTTP push: log / events / state': each(http[0]),
      'bytes on disk, _bulk: log / events / state': each(bulk[0]),
      'CPU us by thread, syslog': syslog[0]?.threads ?? '',
      'CPU us by thread, HTTP push': http[0]?.threads ?? '',
      'CPU us by thread, _bulk': bulk[0]?.threads ?? '',
      ...Object.fromEntries(missing.map((text, n) => [`not compared (${n + 1})`, text])),
    },
  };
}

function sealed(stage: Outcome | undefined, events: number): string {
  const { logBytes = 0, eventBytes = 0 } = stage ?? {};
  return [logBytes, eventBytes, logBytes + eventBytes]
    .map((bytes) => Math.round(bytes / events))
    .join(' / ');
}
