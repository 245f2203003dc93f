import { printProblem } from '@cordon/core';
import { ConfigError, type RunningServer, startServer } from '@cordon/server';
import { neutraliseLines, rootDir } from '../settings.ts';
import { EXIT } from '../terminal.ts';

export interface UpFlags {
  readonly config?: string;
  readonly demo?: boolean;
}

/** Runs the product until SIGTERM or SIGINT, then drains and ends; a second signal ends at once. SIGHUP reads the content anew. */
export async function runUp(flags: UpFlags): Promise<number> {
  const stopped = waitForSignal();
  const server = await start(flags);
  if (server === undefined) return EXIT.failed;
  for (const problem of server.problems)
    process.stderr.write(`${neutraliseLines(printProblem(problem))}\n`);
  process.stdout.write(`Cordon is at ${server.url}\n`);
  if (server.setupLink !== undefined) {
    process.stdout.write(`Make the first administrator here (works once): ${server.setupLink}\n`);
  }
  process.on('SIGHUP', () => void reload(server));
  await stopped;
  process.once('SIGINT', () => process.exit(EXIT.failed));
  process.once('SIGTERM', () => process.exit(EXIT.failed));
  process.stderr.write('Stopping: taking nothing more in, writing what was accepted.\n');
  await server.stop();
  return EXIT.ok;
}

async function reload(server: RunningServer): Promise<void> {
  try {
    const problems = await server.reload();
    process.stderr.write(`The content was read anew: ${problems.length} problems.\n`);
    for (const problem of problems)
      process.stderr.write(`${neutraliseLines(printProblem(problem))}\n`);
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    process.stderr.write(`${neutraliseLines(`The content stays as it was: ${why}`)}\n`);
  }
}

const waitForSignal = (): Promise<void> =>
  new Promise((resolve) => {
    process.once('SIGINT', () => resolve());
    process.once('SIGTERM', () => resolve());
  });

async function start(flags: UpFlags): Promise<RunningServer | undefined> {
  try {
    return await startServer({
      env: process.env,
      root: rootDir(),
      ...(flags.config === undefined ? {} : { configFile: flags.config }),
      ...(flags.demo === undefined ? {} : { demo: flags.demo }),
    });
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    for (const problem of error.problems)
      process.stderr.write(`${neutraliseLines(printProblem(problem))}\n`);
    return undefined;
  }
}
