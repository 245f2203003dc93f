// The only door of the contract.

export * from './account.ts';
export * from './act-changes.ts';
export * from './action.ts';
export * from './alert.ts';
export * from './audit.ts';
export * from './client.ts';
export * from './content.ts';
export * from './demo.ts';
export * from './diagnosis.ts';
export * from './hunt.ts';
export * from './incident.ts';
export * from './incident-file.ts';
export * from './intel.ts';
export * from './narration.ts';
export * from './overview.ts';
export * from './record.ts';
export * from './report.ts';
export * from './route.ts';
export * from './routes.ts';
export * from './rule.ts';
export * from './run.ts';
export * from './session.ts';
export * from './source.ts';
export * from './stream.ts';
export * from './value.ts';
export * from './system.ts';
