import { type DataFlags, withData } from '../data.ts';
import { printStatus } from '../print-status.ts';
import { readStatus } from '../read-status.ts';
import { createPaint, EXIT, isColoured, toJsonLine } from '../terminal.ts';

/** Sources with the conservation equation, health, queue, actions held; exit 3 when something is not well. */
export const runStatus = (flags: DataFlags & { readonly json?: boolean }): Promise<number> =>
  withData(flags, async ({ folder, config }) => {
    const status = await readStatus(folder, config);
    const text = flags.json
      ? toJsonLine(status)
      : printStatus(status, createPaint(isColoured(process.stdout, process.env)));
    process.stdout.write(`${text}\n`);
    return status.trouble.length === 0 ? EXIT.ok : EXIT.found;
  });
