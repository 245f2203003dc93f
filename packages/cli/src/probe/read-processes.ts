import { readdir, readFile } from 'node:fs/promises';
import type { Reading } from './reading.ts';

const PAGE_BYTES = 4_096;
const TICKS_A_SECOND = 100;
/** Programs that are told, the largest first. */
const MAX_PROGRAMS = 30;

/** One process as /proc tells it. */
export interface ProcessStat {
  readonly program: string;
  readonly ticks: number;
  readonly threads: number;
  readonly residentBytes: number;
}

/** /proc/PID/stat (proc(5)); the name in brackets may hold anything. */
export function parseStat(stat: string): ProcessStat | undefined {
  const [open, close] = [stat.indexOf('('), stat.lastIndexOf(')')];
  if (open < 0 || close < open) return undefined;
  const rest = stat
    .slice(close + 2)
    .split(' ')
    .map(Number);
  // Counted from the state, the third field of the line.
  const [user = 0, system = 0, threads = 0, pages = 0] = [rest[11], rest[12], rest[17], rest[21]];
  return {
    program: stat.slice(open + 1, close),
    ticks: user + system,
    threads,
    residentBytes: pages * PAGE_BYTES,
  };
}

/** The soft limit of open files in /proc/PID/limits. */
export const parseFileLimit = (limits: string): number =>
  Number(/^Max open files\s+(\d+)/m.exec(limits)?.[1] ?? Number.NaN);

/** Processor ticks by process id, to be held against the next ones. */
export type ProcessTicks = ReadonlyMap<number, number>;

interface Program {
  bytes: number;
  threads: number;
  seconds: number;
  files: number;
  fileShare: number;
}

/**
 * What programs use, those of one name together: memory, threads, processor time since the last reading, open
 * files (the most of one process) and how near that is to its limit. Files of others are seen only by root.
 */
export async function readProcesses(
  last: { readonly ticks: ProcessTicks; readonly elapsedMs: number } | undefined,
): Promise<{ readonly readings: readonly Reading[]; readonly ticks: ProcessTicks }> {
  const ids = (await readdir('/proc')).filter((name) => /^\d+$/.test(name)).map(Number);
  const programs = new Map<string, Program>();
  const ticks = new Map<number, number>();
  for (const id of ids) {
    const text = await readFile(`/proc/${id}/stat`, 'utf8').catch(() => '');
    const stat = parseStat(text);
    // Threads of the kernel have no memory of their own.
    if (stat === undefined || stat.residentBytes === 0) continue;
    ticks.set(id, stat.ticks);
    const before = last?.ticks.get(id);
    const spent = before === undefined ? 0 : Math.max(0, stat.ticks - before);
    await addTo(programs, { id, stat, spent });
  }
  const elapsedS = (last?.elapsedMs ?? 0) / 1_000;
  const largest = [...programs].sort(([, a], [, b]) => b.bytes - a.bytes).slice(0, MAX_PROGRAMS);
  return { ticks, readings: largest.flatMap(([name, one]) => toReadings(name, one, elapsedS)) };
}

async function addTo(
  programs: Map<string, Program>,
  { id, stat, spent }: { readonly id: number; readonly stat: ProcessStat; readonly spent: number },
): Promise<void> {
  const files = await readdir(`/proc/${id}/fd`).then(
    (open) => open.length,
    () => 0,
  );
  const limit =
    files === 0
      ? Number.NaN
      : parseFileLimit(await readFile(`/proc/${id}/limits`, 'utf8').catch(() => ''));
  const known = programs.get(stat.program);
  programs.set(stat.program, {
    bytes: (known?.bytes ?? 0) + stat.residentBytes,
    threads: (known?.threads ?? 0) + stat.threads,
    seconds: (known?.seconds ?? 0) + spent / TICKS_A_SECOND,
    files: Math.max(known?.files ?? 0, files),
    fileShare: Math.max(known?.fileShare ?? 0, limit > 0 ? files / limit : 0),
  });
}

function toReadings(name: string, program: Program, elapsedS: number): readonly Reading[] {
  const labels = { 'process.executable.name': name };
  const { bytes, threads, seconds, files, fileShare } = program;
  return [
    { name: 'process.memory.usage', value: bytes, labels },
    { name: 'process.thread.count', value: threads, labels },
    ...(elapsedS > 0
      ? [{ name: 'process.cpu.utilization', value: seconds / elapsedS, labels }]
      : []),
    ...(files > 0
      ? [
          { name: 'process.open_file_descriptor.count', value: files, labels },
          { name: 'process.descriptors.utilization', value: fileShare, labels },
        ]
      : []),
  ];
}
