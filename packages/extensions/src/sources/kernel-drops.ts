import { readdir, readFile, readlink } from 'node:fs/promises';

const TABLES = ['/proc/net/udp', '/proc/net/udp6'];
const LOCAL = 1;
const INODE = 9;
const DROPS = 12;

/** Datagrams dropped on sockets of this port with one of these inodes, from the text of /proc/net/udp (proc(5)). */
export function sumDrops(table: string, port: number, inodes: ReadonlySet<string>): number {
  const suffix = `:${port.toString(16).toUpperCase().padStart(4, '0')}`;
  let sum = 0;
  for (const line of table.split('\n').slice(1)) {
    const columns = line.trim().split(/\s+/);
    const isOurs = columns[LOCAL]?.endsWith(suffix) && inodes.has(columns[INODE] ?? '');
    if (isOurs) sum += Number(columns[DROPS] ?? 0);
  }
  return sum;
}

async function listOwnSockets(): Promise<ReadonlySet<string>> {
  const folder = '/proc/self/fd';
  const names = await readdir(folder).catch(() => []);
  const links = await Promise.all(
    names.map((name) => readlink(`${folder}/${name}`).catch(() => '')),
  );
  return new Set(links.flatMap((link) => /^socket:\[(\d+)\]$/.exec(link)?.[1] ?? []));
}

/** What the kernel dropped on this process's own UDP sockets of that port; 0 where there is no /proc. */
export async function readKernelDrops(port: number): Promise<number> {
  const inodes = await listOwnSockets();
  const tables = await Promise.all(TABLES.map((path) => readFile(path, 'utf8').catch(() => '')));
  return tables.reduce((sum, table) => sum + sumDrops(table, port, inodes), 0);
}
