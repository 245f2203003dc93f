// The only door of the server.

export { eventText } from './api/present/hunt.ts';
export { presentReport } from './api/present/report.ts';
export { presentConservation } from './api/present/source.ts';
export { type Connectors, loadConnectors } from './compose-connectors.ts';
export { type Config, loadConfig } from './config/load-config.ts';
export { loadContent } from './content/content.ts';
export { readPlaybookCases } from './content/playbook-cases.ts';
export { findOwnActions } from './diagnose/own-actions.ts';
export { listOwnAddresses } from './diagnose/own-addresses.ts';
export { type DiagnosisRun, runDiagnosis } from './diagnose/run-diagnosis.ts';
export type { TestDeps } from './diagnose/run-test.ts';
export { namespaceView } from './diagnose/view.ts';
export { HEALTH_SETTING } from './health/source-watch.ts';
export {
  type InvestigateOptions,
  type Investigation,
  investigate,
} from './investigate/investigate.ts';
export { loadEngines } from './investigate/load-engines.ts';
export { ConfigError, type RunningServer, type StartOptions, startServer } from './main.ts';
export { readOverrides } from './notify/book.ts';
export { readFatigue } from './notify/read-fatigue.ts';
export { type SignatureFinding, verifyCacao } from './playbooks/cacao-signature.ts';
export { renderReport } from './report/html.ts';
export {
  lastingText,
  renderOrganisationReport,
  shareText,
  spreadText,
} from './report/organisation-html.ts';
export { counted } from './report/page.ts';
export { readReportBooks } from './report/read-books.ts';
export { readClosing } from './report/read-closing.ts';
export { readEntity } from './report/read-entity.ts';
export { type Backtest, backtest } from './rules/backtest.ts';
export { type CaseOutcome, runCases } from './rules/cases.ts';
export {
  type ImportedRule,
  type ImportReport,
  importRules,
  removePack,
} from './rules/import-rules.ts';
export { listPacks, type RulePack } from './rules/pack.ts';
export { SourceError } from './rules/rule-source.ts';
export { type AutomationState, readAutomations } from './runner/automations.ts';
export { type DataFolder, openDataFolder } from './store/data-folder.ts';
export type { StateStore } from './store/ports.ts';
export type { RecordReader } from './store/segments/peek-log.ts';
export { StoreError } from './store/store-error.ts';
export { toTimeline } from './story/story-teller.ts';
