import { execFile } from 'node:child_process';
import { X509Certificate } from 'node:crypto';
import { createReadStream, existsSync } from 'node:fs';
import { glob, readFile, stat } from 'node:fs/promises';
import { createInterface } from 'node:readline';
import type { Reading } from './reading.ts';

const DPKG = '/var/lib/dpkg/status';
const MAX_CERTIFICATES = 200;
const TIME_LIMIT_MS = 10_000;

/** Units of systemd that failed; none where systemd does not run. */
export function readFailedUnits(): Promise<readonly string[]> {
  if (!existsSync('/run/systemd/system')) return Promise.resolve([]);
  const args = ['list-units', '--failed', '--plain', '--no-legend', '--no-pager'];
  return new Promise((resolve) => {
    execFile('systemctl', args, { timeout: TIME_LIMIT_MS }, (error, text) =>
      resolve(error ? [] : parseUnits(text)),
    );
  });
}

/** The first word of each line. */
export const parseUnits = (text: string): readonly string[] =>
  text.split('\n').flatMap((line) => line.trim().split(/\s+/)[0] || []);

/** When certificates end, in seconds since 1970: what OpenTelemetry has no name for. */
export async function readCertificates(patterns: readonly string[]): Promise<readonly Reading[]> {
  const readings: Reading[] = [];
  for (const pattern of patterns)
    for await (const path of glob(pattern)) {
      if (readings.length >= MAX_CERTIFICATES) return readings;
      const ends = await readFile(path).then(endOf, () => undefined);
      if (ends !== undefined)
        readings.push({ name: 'tls.certificate.not_after', value: ends, labels: { path } });
    }
  return readings;
}

function endOf(pem: Buffer): number | undefined {
  try {
    return Date.parse(new X509Certificate(pem).validTo) / 1_000;
  } catch {
    return undefined;
  }
}

/** Versions of installed packages by name, and when that was. */
export interface Packages {
  readonly changedAt: number;
  readonly versions: ReadonlyMap<string, string>;
}

/** What dpkg has installed; the last reading where nothing changed since. */
export async function readPackages(last: Packages | undefined): Promise<Packages | undefined> {
  const changedAt = await stat(DPKG).then(
    ({ mtimeMs }) => mtimeMs,
    () => undefined,
  );
  if (changedAt === undefined || changedAt === last?.changedAt) return last;
  const lines = createInterface({ input: createReadStream(DPKG, 'utf8') });
  return { changedAt, versions: await parsePackages(lines) };
}

/** The paragraphs of dpkg's status file. */
export async function parsePackages(
  lines: AsyncIterable<string>,
): Promise<ReadonlyMap<string, string>> {
  const versions = new Map<string, string>();
  let name = '';
  let isInstalled = false;
  for await (const line of lines) {
    if (line.startsWith('Package: ')) name = line.slice(9);
    else if (line.startsWith('Status: ')) isInstalled = line.endsWith(' installed');
    else if (line.startsWith('Version: ') && isInstalled) versions.set(name, line.slice(9));
  }
  return versions;
}
