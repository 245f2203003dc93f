// The only door of the server.

export { loadConfig } from './config/load-config.ts';
export {
  type InvestigateOptions,
  type Investigation,
  investigate,
} from './investigate/investigate.ts';
export { loadEngines } from './investigate/load-engines.ts';
export { ConfigError, type RunningServer, type StartOptions, startServer } from './main.ts';
export { renderReport } from './report/html.ts';
export type { StateStore } from './store/ports.ts';
export { openSqliteStateStore } from './store/sqlite/sqlite-state-store.ts';
export { toTimeline } from './story/story-teller.ts';
