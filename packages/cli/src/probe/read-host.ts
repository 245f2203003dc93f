import { readFile, statfs } from 'node:fs/promises';
import type { Reading } from './reading.ts';

/** Kinds of file systems that hold somebody's data. */
const REAL = /^(?:ext[234]|xfs|btrfs|zfs|f2fs|vfat|tmpfs|overlay|nfs4?|cifs|jfs|reiserfs)$/;
/** What the system makes for itself. */
const OWN_MOUNT = /^\/(?:proc|sys|dev|run)(?:\/|$)/;
const MAX_MOUNTS = 50;

/** Processor time since the start, in ticks. */
export interface CpuTicks {
  readonly busy: number;
  readonly all: number;
}

/** The first line of /proc/stat. */
export function parseCpu(stat: string): CpuTicks {
  const ticks = /^cpu\s+(.+)$/m.exec(stat)?.[1]?.split(/\s+/).map(Number) ?? [];
  const [user = 0, nice = 0, system = 0, idle = 0, wait = 0, irq = 0, soft = 0, steal = 0] = ticks;
  const busy = user + nice + system + irq + soft + steal;
  return { busy, all: busy + idle + wait };
}

/** Memory of /proc/meminfo, as shares of what there is. */
export function parseMemory(meminfo: string): readonly Reading[] {
  const kilobytes = (name: string) =>
    Number(new RegExp(`^${name}:\\s+(\\d+) kB`, 'm').exec(meminfo)?.[1] ?? Number.NaN);
  const [total, free] = [kilobytes('MemTotal'), kilobytes('MemAvailable')];
  const [swap, swapFree] = [kilobytes('SwapTotal'), kilobytes('SwapFree')];
  return [
    { name: 'system.memory.utilization', value: 1 - free / total },
    ...(swap > 0 ? [{ name: 'system.paging.utilization', value: 1 - swapFree / swap }] : []),
  ].filter(({ value }) => Number.isFinite(value));
}

/** Mount points of /proc/mounts that hold data, each device once. */
export function parseMounts(mounts: string): readonly string[] {
  const seen = new Set<string>();
  return mounts
    .split('\n')
    .flatMap((line) => {
      const [device = '', path = '', kind = ''] = line.split(' ');
      const place = path.replace(/\\(\d{3})/g, (_, octal: string) =>
        String.fromCharCode(Number.parseInt(octal, 8)),
      );
      const name = kind === 'tmpfs' || kind === 'overlay' ? place : device;
      if (!REAL.test(kind) || OWN_MOUNT.test(place) || seen.has(name)) return [];
      seen.add(name);
      return [place];
    })
    .slice(0, MAX_MOUNTS);
}

/** Processor, memory, load, disks and descriptors; the share of processor time is since the last ticks. */
export async function readHost(
  last: CpuTicks | undefined,
): Promise<{ readonly readings: readonly Reading[]; readonly ticks: CpuTicks }> {
  const [stat, meminfo, loadavg, files, mounts] = await Promise.all(
    ['stat', 'meminfo', 'loadavg', 'sys/fs/file-nr', 'mounts'].map((name) =>
      readFile(`/proc/${name}`, 'utf8').catch(() => ''),
    ),
  );
  const ticks = parseCpu(stat ?? '');
  const spent = last === undefined ? 0 : ticks.all - last.all;
  const [open = 0, , most = 0] = (files ?? '').trim().split(/\s+/).map(Number);
  const disks = await Promise.all(parseMounts(mounts ?? '').map(readDisk));
  const load = Number((loadavg ?? '').split(' ')[0]);
  return {
    ticks,
    readings: [
      ...(last === undefined || spent <= 0
        ? []
        : [{ name: 'system.cpu.utilization', value: (ticks.busy - last.busy) / spent }]),
      ...parseMemory(meminfo ?? ''),
      ...(Number.isFinite(load) ? [{ name: 'system.cpu.load_average.1m', value: load }] : []),
      ...(most > 0 ? [{ name: 'system.file.descriptors.utilization', value: open / most }] : []),
      ...disks.flat(),
    ],
  };
}

/** How full a disk is for those who are not root, in bytes and in files. */
async function readDisk(path: string): Promise<readonly Reading[]> {
  const disk = await statfs(path).catch(() => undefined);
  if (disk === undefined) return [];
  const { blocks, bfree, bavail, files, ffree } = disk;
  const used = blocks - bfree;
  const labels = { 'system.filesystem.mountpoint': path };
  return [
    ...(used + bavail > 0
      ? [{ name: 'system.filesystem.utilization', value: used / (used + bavail), labels }]
      : []),
    ...(files > 0
      ? [{ name: 'system.filesystem.inodes.utilization', value: (files - ffree) / files, labels }]
      : []),
  ];
}
