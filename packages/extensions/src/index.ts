import type { ConnectorDefinition, SourceDefinition } from '@cordon/kit';

// Every extension there is, in order of id. To add one, add its line.
export const sources: readonly SourceDefinition[] = [];
export const connectors: readonly ConnectorDefinition[] = [];
