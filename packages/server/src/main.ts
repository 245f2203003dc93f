/*
 * The composition root: the only place where parts meet. Opens the stores, reads the content, wires
 * the loop, the runner and the API, and closes everything in the opposite order.
 */
import { join } from 'node:path';
import {
  type EpochMs,
  type Json,
  type Notice,
  type Problem,
  selectPlaybooks,
  toEpochMs,
} from '@cordon/core';
import { sources } from '@cordon/extensions';
import type { ConnectorDefinition } from '@cordon/kit';
import { issueSetupToken } from './api/auth/setup-link.ts';
import { createApi } from './api/create-api.ts';
import { isSandboxed, loadConnectors } from './compose-connectors.ts';
import { composeIntel } from './compose-intel.ts';
import { composeNarrator } from './compose-narrator.ts';
import { composeNotify } from './compose-notify.ts';
import { composeRooms } from './compose-rooms.ts';
import { composeRules, type RunningRules } from './compose-rules.ts';
import { composeConnectorDesk, composeRunner, createDesk } from './compose-runner.ts';
import { composeWatch, type RunningWatch } from './compose-watch.ts';
import { type Config, loadConfig } from './config/load-config.ts';
import type { Content } from './content/content.ts';
import { createDemo } from './demo/create-demo.ts';
import { LiveContent } from './health/live-content.ts';
import { countAppends } from './health/source-ledger.ts';
import { SourceWatch } from './health/source-watch.ts';
import type { SourceSettings } from './intake/config.ts';
import { createIntake, type RunningIntake } from './intake/intake.ts';
import type { RunningIntel } from './intel/create-intel.ts';
import { runRetention } from './jobs/retention.ts';
import { watchPacks } from './jobs/watch-packs.ts';
import type { Notifier } from './notify/notifier.ts';
import { type Opened, openGround, readContent } from './open-ground.ts';
import { Pipeline } from './pipeline/pipeline.ts';
import type { Demo } from './ports.ts';
import type { Rooms } from './room/room-desk.ts';
import type { Runner } from './runner/runner.ts';
import { toStoreError } from './store/store-error.ts';
import { createStoryTeller } from './story/story-teller.ts';
import { createTelemetry, type Telemetry } from './telemetry/telemetry.ts';
import type { Order, Thinker } from './thinking/thinker.ts';

const VERSION = '0.1.0';
const now = (): EpochMs => toEpochMs(Date.now());

export interface StartOptions {
  /** `cordon.yml`; without it the defaults hold. */
  readonly configFile?: string;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Folder that holds `content/`, `scenarios/` and `packages/web/dist`. */
  readonly root: string;
  /** Play the demo attack at once. */
  readonly demo?: boolean;
}

export interface RunningServer {
  readonly url: string;
  /** Present until the first administrator exists; works once, for a day. */
  readonly setupLink?: string;
  /** What could not be read of the content; the rest runs. */
  readonly problems: readonly Problem[];
  /** Reads parsers, rules and playbooks anew; says what could not be read. */
  reload(): Promise<readonly Problem[]>;
  /** Takes nothing more in, commits what was accepted, closes the stores. */
  stop(): Promise<void>;
}

/** The configuration is wrong; holds everything that is. */
export class ConfigError extends Error {
  readonly problems: readonly Problem[];
  constructor(problems: readonly Problem[]) {
    super('The configuration has problems.');
    this.problems = problems;
  }
}

/** Starts the product; resolves when it listens. */
export async function startServer(options: StartOptions): Promise<RunningServer> {
  const { configFile, env, root } = options;
  const file = configFile === undefined ? {} : { configFile };
  const connectors = await loadConnectors({ root, ...file });
  const loaded = await loadConfig({
    ...(configFile === undefined ? {} : { file: configFile }),
    env,
    sources,
    connectors: connectors.values,
  });
  if (!loaded.ok) throw new ConfigError(loaded.problems);
  const { config } = loaded;
  const telemetry = createTelemetry({ level: config.logLevel, processMetrics: true });
  const opened = await openGround({ config, root, telemetry });
  const { content, stores } = opened;
  for (const problem of stores.log.repairs) telemetry.storeRepaired({ problem });
  const ending = new AbortController();
  const parts = await assemble({
    config,
    connectors: connectors.values,
    ...opened,
    root,
    telemetry,
    signal: ending.signal,
  });
  await parts.watch.restore();
  const loops = [
    parts.pipeline.run(ending.signal),
    parts.watch.run(ending.signal),
    parts.runner.run(ending.signal),
    parts.notifier?.run(ending.signal),
    parts.rooms.run(ending.signal),
    parts.intel.run(ending.signal),
    parts.rules.watch.run(ending.signal),
    parts.systems.run(ending.signal),
    runRetention({ ...stores, limits: config.retention, telemetry, now }, ending.signal),
    watchPacks(toPackWatch(config, parts.live, telemetry), ending.signal),
  ];
  await parts.intake.start();
  const url = await listen(parts, config);
  const setupToken = await issueSetupToken(stores.state, now());
  if (options.demo) await parts.demo.start('cordon');
  return {
    url,
    problems: [...connectors.problems, ...content.problems],
    reload: async () => (await parts.live.reload('cordon')).problems,
    ...(setupToken === undefined ? {} : { setupLink: `${url}/setup?token=${setupToken}` }),
    async stop() {
      await parts.intake.stop();
      await parts.api.close();
      ending.abort();
      await Promise.allSettled(loops);
      await parts.thinker.close();
      await stores.close();
    },
  };
}

const toPackWatch = (
  { dataDir }: Config,
  live: LiveContent,
  telemetry: Telemetry,
): Parameters<typeof watchPacks>[0] => ({
  dataDir,
  reload: () => live.reload('cordon'),
  onFailure: (error) =>
    telemetry.problemRaised({ part: 'rules', problem: toStoreError(error).problem }),
});

interface Ground extends Opened {
  readonly config: Config;
  readonly connectors: readonly ConnectorDefinition[];
  readonly root: string;
  readonly telemetry: Telemetry;
  readonly signal: AbortSignal;
}

interface Assembled {
  readonly pipeline: Pipeline;
  readonly runner: Runner;
  readonly intake: RunningIntake;
  readonly intel: RunningIntel;
  readonly rules: RunningRules;
  readonly watch: SourceWatch;
  readonly systems: RunningWatch;
  readonly live: LiveContent;
  readonly thinker: Thinker;
  readonly demo: Demo;
  readonly notifier: Notifier | undefined;
  readonly rooms: Rooms;
  readonly api: Awaited<ReturnType<typeof createApi>>;
}

async function assemble(ground: Ground): Promise<Assembled> {
  const { config, root, stores, telemetry, thinker, signal } = ground;
  const { watch, live, log } = createHealth(ground, {
    pipeline: () => pipeline,
    sources: () => intake.sources(),
    alarms: () => [...rules.book.notices(), ...(notifier?.alarms() ?? []), ...rooms.alarms()],
  });
  const intake = openIntake(ground, log);
  const intel = await composeIntel(ground, {
    now,
    pipeline: () => pipeline,
    thinker,
    rules: () => rules,
  });
  const runner = await composeRunner(ground, { live, intel, now });
  const rules = await composeRules({ ...ground, live, now, thinker });
  const pipeline = await createLoop(ground, { runner, watch, live, thinker, rules });
  const demo = await openDemo(ground, { intake, thinker });
  const systems = await composeWatch(ground, { intake, now });
  const publicUrl = (): string => addressOf(api, config);
  const notifier = await composeNotify(ground, { publicUrl, notices: () => watch.notices() });
  const desk = createDesk(pipeline, runner);
  const rooms = await composeRooms(ground, { desk, onCall: notifier, publicUrl });
  const api = await createApi({
    store: stores.state,
    events: stores.events,
    log: stores.log,
    desk,
    entities: thinker,
    rooms,
    actions: runner,
    connectors: composeConnectorDesk(ground, now),
    intake,
    pipeline: () => pipeline.view(),
    intel,
    health: watch,
    content: live,
    rules: rules.desk,
    backtests: rules.backtests,
    letters: pipeline,
    ...systems,
    storyTeller: createStoryTeller(stores.state),
    demo,
    onCall: notifier,
    narrator: composeNarrator(config.narrator, signal),
    settings: toApiSettings(config),
    telemetry,
    now,
    ...toBuild(root),
  });
  return {
    pipeline,
    runner,
    intake,
    intel,
    rules,
    watch,
    systems,
    live,
    thinker,
    demo,
    notifier,
    rooms,
    api,
  };
}

const toBuild = (root: string) => ({
  webDir: join(root, 'packages', 'web', 'dist'),
  version: VERSION,
});

const openIntake = (
  { config, stores, telemetry, signal }: Ground,
  log: ReturnType<typeof countAppends>,
): RunningIntake =>
  createIntake({
    log,
    store: stores.state,
    definitions: sources,
    config: toSourceSettings(config),
    telemetry,
    now,
    signal,
  });

const openDemo = (
  { root, stores, telemetry, signal }: Ground,
  { intake, thinker }: { readonly intake: RunningIntake; readonly thinker: Thinker },
): Promise<Demo> =>
  createDemo({
    root,
    intake,
    addBenign: (rules) => thinker.order({ kind: 'benign', rules }),
    store: stores.state,
    now,
    signal,
    onProblem: (problem) => telemetry.problemRaised({ part: 'demo', problem }),
  });

const toApiSettings = (config: Config): Parameters<typeof createApi>[0]['settings'] => ({
  ...config.server,
  elasticsearchVersion: config.elasticsearchVersion,
  webhooks: config.webhooks,
  mode: config.response.mode,
  isSandboxed: isSandboxed(config),
  dataDir: config.dataDir,
  placeholders: config.placeholders,
});

/** Signed webhooks are push sources that need no token. */
const toSourceSettings = ({ sources: configured, webhooks }: Config): readonly SourceSettings[] => [
  ...configured.map(({ config, ...source }) => ({ ...source, settings: config as Json })),
  ...webhooks.map(({ id, title }) => ({ id, title, kind: 'http_push', settings: {} })),
];

interface LoopParts {
  readonly runner: Runner;
  readonly watch: SourceWatch;
  readonly live: LiveContent;
  readonly thinker: Thinker;
  readonly rules: RunningRules;
}

async function createLoop(
  { stores, telemetry }: Ground,
  { runner, watch, live, thinker, rules }: LoopParts,
): Promise<Pipeline> {
  const toOrder = (content: Content): Order => {
    // What is asked now is also what the pages show.
    rules.book.use(content.rules);
    const settings = rules.book.settings();
    return { kind: 'content', parsers: content.parsers, rules: content.rules, settings };
  };
  await thinker.order(toOrder(live.current()));
  const pipeline: Pipeline = new Pipeline({
    ...stores,
    thinker,
    rules: () => live.current().rules.length,
    selectRuns: (incident, at) => selectPlaybooks(incident, live.current().playbooks, at),
    onRuns: () => runner.wake(),
    onBatch: (ends, committedOffset) => watch.ended(ends, committedOffset),
    onRetry: (ends) => watch.mended(ends),
    now,
    onProblem: (problem) => telemetry.problemRaised({ part: 'pipeline', problem }),
  });
  live.applyBy((content) => pipeline.order(toOrder(content)));
  return pipeline;
}

/** The watch over sources with the log it counts at, and the content that can be read anew. */
function createHealth(
  { config, content, root, stores, telemetry }: Ground,
  parts: {
    readonly pipeline: () => Pipeline;
    readonly sources: () => ReturnType<RunningIntake['sources']>;
    readonly alarms: () => readonly Notice[];
  },
) {
  const { log, state } = stores;
  const watch = new SourceWatch({
    log,
    store: state,
    pipeline: () => parts.pipeline().view(),
    sources: parts.sources,
    others: parts.alarms,
    now,
    onProblem: (problem) => telemetry.problemRaised({ part: 'health', problem }),
  });
  const live = new LiveContent({
    first: content,
    load: () => readContent(config, root),
    audit: (entry) => state.audit(entry),
    now,
  });
  return {
    watch,
    live,
    log: countAppends(log, (first, records) => watch.appended(first, records)),
  };
}

async function listen({ api }: Assembled, { server }: Config): Promise<string> {
  await api.listen({ host: server.host, port: server.port });
  return addressOf(api, { server });
}

/** Where people reach it. */
function addressOf(api: Assembled['api'], { server }: Pick<Config, 'server'>): string {
  const address = api.server.address();
  const port = typeof address === 'object' && address ? address.port : server.port;
  const host = server.host.includes(':') ? `[${server.host}]` : server.host;
  return server.publicUrl ?? `http://${host}:${port}`;
}
