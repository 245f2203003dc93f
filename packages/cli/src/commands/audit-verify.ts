import { join } from 'node:path';
import { printProblem } from '@cordon/core';
import { openSqliteStateStore } from '@cordon/server';
import { isThere, loadSettings, neutraliseLines } from '../settings.ts';
import { EXIT, neutralise } from '../terminal.ts';

/** Walks the audit trail's hash chain; exit 3 when a line does not fit. */
export async function runAuditVerify(flags: {
  readonly config?: string;
  readonly data?: string;
}): Promise<number> {
  const dataDir = flags.data ?? (await loadSettings(flags.config))?.dataDir;
  if (dataDir === undefined) return EXIT.failed;
  const file = join(dataDir, 'state.sqlite');
  if (!(await isThere(file))) {
    process.stderr.write(`There is no state store at ${neutralise(file)}.\n`);
    return EXIT.usage;
  }
  const store = await openSqliteStateStore({ file });
  try {
    const { entries, problem } = await store.verifyAudit();
    if (problem === undefined) {
      process.stdout.write(`${entries} lines of the audit trail fit their hash chain.\n`);
      return EXIT.ok;
    }
    process.stdout.write(`${neutraliseLines(printProblem(problem))}\n`);
    return EXIT.found;
  } finally {
    await store.close();
  }
}
