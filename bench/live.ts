/*
 * The real process under a steady stream of syslog over TCP, with attackers in it, in enforce mode
 * against the kernel's own firewall: at half the rate and at the whole, each on an empty data folder.
 * Checks that nothing is lost and that each attacker is blocked; measures the time from an attacker's
 * lines being written to the block having been verified, and how long deciding stood still.
 */
import type { ActionView } from '@cordon/contract';
import { createNamespace, type Namespace } from './namespace.ts';
import { type Product, portOf, sharesOf, startProduct, until } from './product.ts';
import { check, load, quantile, type Report } from './report.ts';
import { openSocket, sendPaced } from './sender.ts';
import { attackerIp, attackLines, createTraffic } from './traffic.ts';

export interface LiveOptions {
  /** Of each of the two rates. */
  readonly seconds: number;
  /** The whole rate. */
  readonly perS: number;
  readonly profileDir?: string;
}

const SOURCE = 'syslog';
const CONNECTIONS = 4;
const ATTACK_EVERY_MS = 1_000;
const ATTACK_LINES = 12;
const SETTLE_MS = 120_000;
const PAGE = 200;
const LOOK_EVERY_MS = 100;

const configIn = (namespace: Namespace) => ({
  sources: [{ id: SOURCE, kind: 'syslog', transport: 'tcp', port: 0 }],
  response: {
    mode: 'enforce',
    budgets: {
      actions_per_hour: 100_000,
      same_verb_per_hour: 100_000,
      same_incident_per_hour: 100_000,
    },
    connectors: { nftables: { namespace: namespace.name } },
  },
});

/** The stream: steady traffic, and each second one more attacker; keeps when each was written. */
function createStream() {
  const traffic = createTraffic(7);
  const written = new Map<string, number>();
  const startedAt = Date.now();
  let attackers = 0;
  return {
    written,
    take(count: number, at: number): readonly string[] {
      const lines = Array.from({ length: count }, () => traffic.line(at));
      const isDue = at - startedAt >= (attackers + 1) * ATTACK_EVERY_MS;
      if (!isDue || count < ATTACK_LINES) return lines;
      lines.splice(0, ATTACK_LINES, ...attackLines(attackers, at, ATTACK_LINES));
      written.set(attackerIp(attackers), at);
      attackers += 1;
      return lines;
    },
  };
}

async function listBlocks({ api }: Product): Promise<readonly ActionView[]> {
  const found: ActionView[] = [];
  for (let cursor: string | undefined; ; ) {
    const page = await api.listActions({ query: { limit: PAGE, ...(cursor ? { cursor } : {}) } });
    found.push(...page.items.filter((action) => action.verb === 'net.ip.block'));
    if (page.next_cursor === undefined) return found;
    cursor = page.next_cursor;
  }
}

/** When the ledger says that a look at the firewall proved the block. */
function toVerifiedAt(action: ActionView): number | undefined {
  const hold = action.journal.find((line) => line.phase === 'hold');
  return hold && new Date(hold.at).getTime();
}

/** How far behind the pipeline was, and how long it stood still, looked at all the time. */
interface Lag {
  readonly records: readonly number[];
  /** The longest time in which nothing was committed although records waited; to a tenth of a second. */
  readonly pauseMs: number;
}

function watchLag(product: Product) {
  const records: number[] = [];
  let committed = 0;
  let movedAt = performance.now();
  let pauseMs = 0;
  let isOver = false;
  const watching = (async () => {
    while (!isOver) {
      const { head, lag_records } = (await product.api.getOverview()).pipeline;
      const now = performance.now();
      if (head - lag_records > committed || lag_records === 0) movedAt = now;
      committed = head - lag_records;
      pauseMs = Math.max(pauseMs, now - movedAt);
      records.push(lag_records);
      await new Promise((resolve) => setTimeout(resolve, LOOK_EVERY_MS));
    }
  })();
  return {
    async end(): Promise<Lag> {
      isOver = true;
      await watching;
      return { records, pauseMs };
    },
  };
}

async function runIn(namespace: Namespace, options: LiveOptions): Promise<Report> {
  const loadBefore = load();
  const product = await startProduct({
    config: configIn(namespace),
    ...(options.profileDir ? { profileDir: options.profileDir } : {}),
  });
  try {
    const port = await portOf(product, SOURCE);
    const sockets = await Promise.all(Array.from({ length: CONNECTIONS }, () => openSocket(port)));
    const stream = createStream();
    const lag = watchLag(product);
    const cpuBefore = product.cpuUs();
    const threadsBefore = product.cpuUsByThread();
    const startedAt = performance.now();
    const sent = await sendPaced(sockets, { ...options, take: stream.take });
    for (const socket of sockets) socket.end();
    const tookS = (performance.now() - startedAt) / 1_000;
    const lagged = await lag.end();
    const conservation = async () => (await product.api.listSources()).conservation;
    await until('every line accounted for', SETTLE_MS, async () => {
      const { accepted, pending } = await conservation();
      return accepted === sent && pending === 0;
    });
    const settledS = (performance.now() - startedAt) / 1_000;
    const cpuUs = product.cpuUs() - cpuBefore;
    const byThread = sharesOf(threadsBefore, product.cpuUsByThread(), sent);
    await until('every attacker blocked', SETTLE_MS, async () => {
      const verified = (await listBlocks(product)).filter(toVerifiedAt);
      return new Set(verified.map((action) => action.target.id)).size === stream.written.size;
    });
    return await toReport(product, namespace, {
      sent,
      tookS,
      settledS,
      cpuUs,
      byThread,
      lag: lagged,
      written: stream.written,
      loadBefore,
      options,
    });
  } finally {
    await product.stop();
  }
}

interface Seen {
  readonly sent: number;
  readonly tookS: number;
  readonly settledS: number;
  readonly cpuUs: number;
  readonly byThread: string;
  readonly lag: Lag;
  readonly written: ReadonlyMap<string, number>;
  readonly loadBefore: readonly number[];
  readonly options: LiveOptions;
}

async function toReport(product: Product, namespace: Namespace, seen: Seen): Promise<Report> {
  const { conservation } = await product.api.listSources();
  const { parsed, unparsed, skipped, dead_letter, refused, dropped_udp } = conservation;
  const outs = parsed + unparsed + skipped + dead_letter + refused + dropped_udp;
  const blocked = new Set(namespace.blocked());
  const blocks = await listBlocks(product);
  const latencies = blocks.flatMap((action) => {
    const writtenAt = seen.written.get(action.target.id);
    const verifiedAt = toVerifiedAt(action);
    return writtenAt === undefined || verifiedAt === undefined ? [] : [verifiedAt - writtenAt];
  });
  const checks = [
    check(
      `in ${seen.sent} = parsed ${parsed} + unparsed ${unparsed} + skipped ${skipped} + dead letters ${dead_letter}, refused ${refused}, dropped ${dropped_udp}`,
      seen.sent === outs && refused + dropped_udp + dead_letter === 0 && conservation.holds,
    ),
    check(
      `each of ${seen.written.size} attackers is in the kernel's set, and nobody else`,
      blocked.size === seen.written.size && [...seen.written.keys()].every((ip) => blocked.has(ip)),
    ),
  ];
  const sizes = {
    records: await product.sizeOf('records'),
    events: await product.sizeOf('events'),
  };
  return {
    bench: 'live',
    node: process.versions.node,
    loadBefore: seen.loadBefore,
    loadAfter: load(),
    checks,
    rows: [],
    facts: {
      'lines/s asked for': seen.options.perS,
      'lines/s sent': Math.round(seen.sent / seen.tookS),
      'lines/s until all were accounted for': Math.round(seen.sent / seen.settledS),
      'seconds behind when the sender ended': Number((seen.settledS - seen.tookS).toFixed(2)),
      'records behind, median / largest': `${quantile(seen.lag.records, 0.5)} / ${Math.max(...seen.lag.records)}`,
      'ms nothing was committed of what waited': Math.round(seen.lag.pauseMs),
      'CPU us per line, everything': Number((seen.cpuUs / seen.sent).toFixed(1)),
      'CPU us per line, by thread': seen.byThread,
      'attackers blocked and verified': latencies.length,
      'ms from written to verified block, p50': quantile(latencies, 0.5),
      'ms from written to verified block, p99': quantile(latencies, 0.99),
      'bytes a line on disk: record log / event store': `${Math.round(sizes.records / seen.sent)} / ${Math.round(sizes.events / seen.sent)}`,
      'resident memory, MiB': Math.round(product.rssBytes() / 1024 / 1024),
    },
  };
}

/** Runs the bench at half the rate and at the whole, and removes everything it made. */
export async function runLive(options: LiveOptions): Promise<Report> {
  const half = await runAt({ ...options, perS: options.perS / 2 });
  const whole = await runAt(options);
  const named = (rate: string, { facts }: Report) =>
    Object.entries(facts).map(([name, fact]) => [`${rate}: ${name}`, fact] as const);
  return {
    ...whole,
    loadBefore: half.loadBefore,
    checks: [...half.checks, ...whole.checks],
    facts: Object.fromEntries([...named('half', half), ...named('whole', whole)]),
  };
}

async function runAt(options: LiveOptions): Promise<Report> {
  const namespace = createNamespace();
  try {
    return await runIn(namespace, options);
  } finally {
    namespace.remove();
  }
}
