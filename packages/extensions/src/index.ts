import type { ConnectorDefinition, SourceDefinition } from '@cordon/kit';

import { file } from './sources/file-tail/read-once.ts';
import { fileTail } from './sources/file-tail/source.ts';
import { syslog } from './sources/syslog/source.ts';

// Every extension there is, in order of id. To add one, add its line.
export const sources: readonly SourceDefinition[] = [file, fileTail, syslog];
export const connectors: readonly ConnectorDefinition[] = [];
