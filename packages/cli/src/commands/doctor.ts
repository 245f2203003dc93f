import { constants } from 'node:fs';
import { access, statfs } from 'node:fs/promises';
import { dirname } from 'node:path';
import { printProblem } from '@cordon/core';
import {
  type Config,
  type DataFolder,
  loadEngines,
  openDataFolder,
  StoreError,
} from '@cordon/server';
import { contentDir } from '../content-dir.ts';
import { findConnectors, isThere, loadSettings } from '../settings.ts';
import { EXIT, neutralise, toJsonLine } from '../terminal.ts';

interface Finding {
  readonly isWell: boolean;
  readonly text: string;
}

const NODE_MAJOR = 24;
const MIN_FREE_BYTES = 1024 ** 3;
const ANSWER_MS = 10_000;
const well = (text: string): Finding => ({ isWell: true, text });
const ill = (text: string): Finding => ({ isWell: false, text });

export interface DoctorFlags {
  readonly config?: string;
  readonly json?: boolean;
}

/** Looks at everything Cordon stands on; exit 3 when something is not well. */
export async function runDoctor(flags: DoctorFlags): Promise<number> {
  const config = await loadSettings(flags.config);
  const findings = [
    checkNode(),
    config
      ? well('The configuration is right.')
      : ill('The configuration has problems, see above.'),
    ...(await checkContent()),
    ...(config ? await checkStores(config.dataDir) : []),
    ...(config ? await checkConnectors(config, flags.config) : []),
  ];
  if (flags.json)
    process.stdout.write(
      `${toJsonLine(findings.map(({ isWell, text }) => ({ is_well: isWell, text })))}\n`,
    );
  else
    for (const { isWell, text } of findings)
      process.stdout.write(`${isWell ? 'ok     ' : 'problem'}  ${neutralise(text)}\n`);
  return findings.every(({ isWell }) => isWell) ? EXIT.ok : EXIT.found;
}

function checkNode(): Finding {
  const major = Number(process.versions.node.split('.')[0]);
  const text = `Node ${process.versions.node}`;
  return major >= NODE_MAJOR
    ? well(text)
    : ill(`${text}: Cordon needs ${NODE_MAJOR}; start it with npm.`);
}

async function checkContent(): Promise<readonly Finding[]> {
  const { problems, parsers, rules } = await loadEngines(contentDir());
  const loaded = well(`${parsers} parsers and ${rules} rules are loaded.`);
  return problems.length === 0
    ? [loaded]
    : [loaded, ill(`${problems.length} problems in the content: ${problems[0]?.detail ?? ''}`)];
}

/** Do the products that are configured answer, and take the credentials? */
async function checkConnectors(
  { response }: Config,
  configFile: string | undefined,
): Promise<readonly Finding[]> {
  const { values, problems } = await findConnectors(configFile);
  const configured = values.filter(({ id }) => id in response.connectors);
  const findings = configured.map(async ({ id, title, check }) => {
    const config = response.connectors[id] as Readonly<Record<string, unknown>>;
    const seen = await check?.({ config, signal: AbortSignal.timeout(ANSWER_MS) });
    if (seen === undefined) return well(`${title} is configured; it cannot be asked.`);
    return seen.ok ? well(`${title}: ${seen.value}`) : ill(`${title}: ${seen.problem.detail}`);
  });
  const unread = problems.map((problem) => ill(printProblem(problem).replaceAll('\n', ' ')));
  return [...unread, ...(await Promise.all(findings))];
}

/** A store that cannot be opened is a finding, not the end of the look. */
async function checkStores(dataDir: string): Promise<readonly Finding[]> {
  try {
    return await checkData(dataDir);
  } catch (error) {
    if (!(error instanceof StoreError)) throw error;
    return [ill(printProblem(error.problem).replaceAll('\n', ' '))];
  }
}

async function firstThere(path: string): Promise<string> {
  return (await isThere(path)) || dirname(path) === path ? path : firstThere(dirname(path));
}

async function checkData(dataDir: string): Promise<readonly Finding[]> {
  const folder = await firstThere(dataDir);
  const canWrite = await access(folder, constants.W_OK).then(
    () => true,
    () => false,
  );
  const { bavail, bsize } = await statfs(folder);
  const free = bavail * bsize;
  const findings = [
    canWrite ? well(`The data folder is ${dataDir}.`) : ill(`${folder} cannot be written to.`),
    free >= MIN_FREE_BYTES
      ? well(`${Math.floor(free / MIN_FREE_BYTES)} GiB are free.`)
      : ill('Less than 1 GiB is free in the data folder.'),
  ];
  const seen = await openDataFolder(dataDir);
  if (seen === undefined) return findings;
  try {
    return [...findings, await checkRecords(seen), await checkAudit(seen)];
  } finally {
    await seen.close();
  }
}

async function checkRecords(folder: DataFolder): Promise<Finding> {
  const records = await folder.records();
  return well(`The record log holds #${records.tail()} to #${records.head()}.`);
}

async function checkAudit({ state }: DataFolder): Promise<Finding> {
  const { entries, problem } = await state.verifyAudit();
  return problem
    ? ill(problem.detail)
    : well(`${entries} lines of the audit trail fit their hash chain.`);
}
