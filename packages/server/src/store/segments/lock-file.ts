import { readFileSync, unlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { StoreError } from '../store-error.ts';

const held = new Set<string>();

/** Tells one process from a later one that got the same number, where the system says when it started. */
function startOf(pid: number): string {
  try {
    return readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ').at(-1)?.split(' ')[19] ?? '';
  } catch {
    return '';
  }
}

function isRunning(pid: number, start: string): boolean {
  try {
    process.kill(pid, 0);
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'EPERM')) return false;
  }
  return start === '' || startOf(pid) === start;
}

const lockedError = (dir: string, pid: string): StoreError =>
  new StoreError({
    code: 'store_locked',
    detail: `Process ${pid} has the record log in ${dir} open.`,
    hint: 'Stop the other Cordon, or give this one its own data directory.',
    retryable: false,
  });

/** Takes a directory for this process alone; returns what gives it back. Throws `store_locked`. */
export function lockDirectory(dir: string): () => void {
  const file = join(dir, 'lock');
  const own = `${process.pid} ${startOf(process.pid)}`;
  if (held.has(file)) throw lockedError(dir, String(process.pid));
  const write = (): void => writeFileSync(file, own, { flag: 'wx' });
  try {
    write();
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'EEXIST')) throw error;
    const [pid = '', start = ''] = readFileSync(file, 'utf8').split(' ');
    if (Number(pid) > 0 && Number(pid) !== process.pid && isRunning(Number(pid), start))
      throw lockedError(dir, pid);
    unlinkSync(file);
    write();
  }
  held.add(file);
  return () => {
    held.delete(file);
    unlinkSync(file);
  };
}
