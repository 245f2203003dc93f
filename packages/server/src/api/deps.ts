import type { EpochMs, ResponseMode, SigmaOptions } from '@cordon/core';
import type { CheckDesk } from '../checks/check-desk.ts';
import type { RootCauseDesk } from '../checks/root-cause-desk.ts';
import type { DiagnosisDesk } from '../diagnose/diagnosis-desk.ts';
import type { ContentDesk, HealthDesk, LetterDesk } from '../health/ports.ts';
import type { MetricDesk } from '../metrics/metric-desk.ts';
import type { Narrator } from '../narrate/narrator.ts';
import type { OnCallDesk } from '../notify/ports.ts';
import type {
  ActionDesk,
  ConnectorDesk,
  Demo,
  Desk,
  EntityDesk,
  Intake,
  IntelDesk,
  PipelineView,
  StoryTeller,
} from '../ports.ts';
import type { RoomDesk } from '../room/ports.ts';
import type { BacktestDesk } from '../rules/backtest-desk.ts';
import type { RuleDesk } from '../rules/rule-desk.ts';
import type { EventStore, RecordLog, StateStore } from '../store/ports.ts';
import type { Telemetry } from '../telemetry/telemetry.ts';
import type { SignedWebhook } from './drop-in/signature.ts';

/** What the API takes from the configuration. */
export interface ApiSettings {
  readonly host: string;
  readonly port: number;
  /** Where people reach the server, e.g. behind a proxy that speaks TLS. `https` makes cookies Secure. */
  readonly publicUrl?: string;
  /** Further names the Host header may have. */
  readonly allowedHosts: readonly string[];
  readonly sessionIdleMs: number;
  readonly sessionMaxMs: number;
  /** A request that is not whole by then is cut off; its head has half of that. */
  readonly requestTimeoutMs: number;
  /** What the Elasticsearch drop-in says it is. */
  readonly elasticsearchVersion: string;
  readonly webhooks: readonly SignedWebhook[];
  readonly mode: ResponseMode;
  /** No connector is configured: actions touch sandboxes inside the process and nothing else. */
  readonly isSandboxed: boolean;
  /** Where rules are kept that are written in the console; without it none can be. */
  readonly dataDir?: string;
  readonly placeholders?: SigmaOptions['placeholders'];
}

/** Everything the API stands on; made and closed by the composition root. */
export interface ApiDeps {
  readonly store: StateStore;
  readonly events: EventStore;
  readonly log: RecordLog;
  readonly desk: Desk;
  readonly entities: EntityDesk;
  readonly actions: ActionDesk;
  readonly connectors: ConnectorDesk;
  readonly intake: Intake;
  readonly intel: IntelDesk;
  readonly pipeline: () => PipelineView;
  readonly health: HealthDesk;
  readonly content: ContentDesk;
  readonly rules: RuleDesk;
  readonly backtests: BacktestDesk;
  readonly letters: LetterDesk;
  readonly storyTeller: StoryTeller;
  /** Finds out why something cannot be reached. */
  readonly doctor: DiagnosisDesk;
  readonly checks: Pick<CheckDesk, 'list' | 'askNow'>;
  readonly metrics: Pick<MetricDesk, 'take' | 'counts'>;
  readonly rootCauses: Pick<RootCauseDesk, 'of'>;
  readonly demo?: Demo;
  /** Absent unless configured. */
  readonly narrator?: Narrator | undefined;
  readonly rooms: RoomDesk;
  /** Absent while nobody is configured who could be told. */
  readonly onCall?: OnCallDesk | undefined;
  readonly settings: ApiSettings;
  readonly telemetry: Telemetry;
  readonly now: () => EpochMs;
  /** The built console; without it the server says how to build it. */
  readonly webDir?: string;
  readonly version: string;
}
