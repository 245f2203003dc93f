import { printProblem } from '@cordon/core';
import { type DataFlags, withData } from '../data.ts';
import { neutraliseLines } from '../settings.ts';
import { EXIT, toJsonLine } from '../terminal.ts';

/** Walks the audit trail's hash chain; exit 3 when a line does not fit. */
export const runAuditVerify = (flags: DataFlags & { readonly json?: boolean }): Promise<number> =>
  withData(flags, async ({ folder }) => {
    const { entries, problem } = await folder.state.verifyAudit();
    if (flags.json) process.stdout.write(`${toJsonLine({ entries, problem })}\n`);
    else if (problem) process.stdout.write(`${neutraliseLines(printProblem(problem))}\n`);
    else process.stdout.write(`${entries} lines of the audit trail fit their hash chain.\n`);
    return problem ? EXIT.found : EXIT.ok;
  });
