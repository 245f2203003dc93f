import type { CaseFolder } from '../item.ts';
import { evtxJson } from './evtx-json.ts';
import { failJson } from './fail-json.ts';
import { hubTests } from './hub-tests.ts';
import type { Layout } from './layout.ts';
import { ocsfPairs } from './ocsf-pairs.ts';
import { ruleEvents } from './rule-events.ts';
import { ruleTests } from './rule-tests.ts';
import { structuredLogs } from './structured-logs.ts';
import { zeekLogs } from './zeek-logs.ts';

/** Told apart by what lies in a folder, never by its name. */
const LAYOUTS: readonly Layout[] = [
  hubTests,
  failJson,
  ruleTests,
  ruleEvents,
  ocsfPairs,
  evtxJson,
  structuredLogs,
  zeekLogs,
];

/** The cases of a folder, whatever its layout. */
export async function readCases(dir: string): Promise<CaseFolder> {
  for (const layout of LAYOUTS) {
    const folder = layout.read(dir);
    if (folder) return folder;
  }
  throw new Error(
    `No known layout in ${dir}; known are ${LAYOUTS.map(({ name }) => name).join(', ')}.`,
  );
}
