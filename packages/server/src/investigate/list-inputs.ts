import { createReadStream } from 'node:fs';
import { readdir, stat } from 'node:fs/promises';
import { join, relative } from 'node:path';
import type { Readable } from 'node:stream';
import { createGunzip } from 'node:zlib';
import type { Problem } from '@cordon/core';
import { type Input, InputError, type InputLimits, problemIn } from './input.ts';
import { openZip } from './open-zip.ts';
import { readTar } from './read-tar.ts';

/** Names of files that hold words about logs, pictures or programs, not logs. */
const NOT_LOGS =
  /\.(md|rst|html?|ya?ml|py|js|ts|sh|pdf|png|jpe?g|gif|svg|exe|dll|so|db|sqlite|parquet)$/i;

/** Everything in a folder, links not followed, in order of path; what cannot be read is a problem. */
export async function listInputs(
  dir: string,
  limits: InputLimits,
): Promise<{ readonly inputs: readonly Input[]; readonly problems: readonly Problem[] }> {
  const inputs: Input[] = [];
  const problems: Problem[] = [];
  for (const path of await listFiles(dir)) {
    const name = relative(dir, path) || path;
    try {
      if (NOT_LOGS.test(name)) problems.push(leftOut(name));
      else if (/\.zip$/i.test(name))
        inputs.push(...(await listMembers({ path, name }, limits, problems)));
      else inputs.push(await openFile({ path, name }, limits));
    } catch (error) {
      problems.push(unreadable(name, error));
    }
  }
  return { inputs, problems };
}

async function listFiles(dir: string): Promise<readonly string[]> {
  if ((await stat(dir)).isFile()) return [dir];
  const entries = await readdir(dir, { withFileTypes: true, recursive: true });
  return entries
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
    .sort();
}

interface Place {
  readonly path: string;
  readonly name: string;
}

async function openFile({ path, name }: Place, limits: InputLimits): Promise<Input> {
  const { size, mtimeMs } = await stat(path);
  const modifiedAt = Math.floor(mtimeMs);
  const open = async () => {
    const file = createReadStream(path);
    const bytes = /\.t?gz$/i.test(name)
      ? capped(unzip(file), { name, packedBytes: size }, limits)
      : file;
    return /\.(tar|tar\.gz|tgz)$/i.test(name) ? readTar(bytes) : bytes;
  };
  return { path: name, modifiedAt, open };
}

function unzip(file: Readable): Readable {
  const gunzip = createGunzip();
  file.on('error', (error) => gunzip.destroy(error));
  return file.pipe(gunzip);
}

async function listMembers(
  { path, name }: Place,
  limits: InputLimits,
  problems: Problem[],
): Promise<readonly Input[]> {
  const zip = await openZip(path);
  const inputs: Input[] = [];
  try {
    for await (const entry of zip.eachEntry()) {
      const inner = `${name}!${entry.fileName}`;
      if (entry.fileName.endsWith('/')) continue;
      if (inputs.length >= limits.maxMembers) {
        problems.push(
          problemIn(name, 'archive_too_large', {
            detail: `The archive has more than ${limits.maxMembers} members.`,
            hint: 'Unpack it and investigate the parts that matter.',
          }),
        );
        break;
      }
      if (entry.isEncrypted() || NOT_LOGS.test(inner) || /\.(zip|gz)$/i.test(inner)) {
        problems.push(leftOut(inner));
        continue;
      }
      const index = {
        path,
        fileName: entry.fileName,
        name: inner,
        packedBytes: entry.compressedSize,
      };
      inputs.push({
        path: inner,
        modifiedAt: entry.getLastModDate().getTime(),
        open: async () => readMember(index, limits),
      });
    }
  } finally {
    zip.close();
  }
  return inputs;
}

interface Member {
  readonly path: string;
  readonly fileName: string;
  readonly name: string;
  readonly packedBytes: number;
}

async function* readMember(member: Member, limits: InputLimits): AsyncIterable<Uint8Array> {
  const zip = await openZip(member.path);
  try {
    for await (const entry of zip.eachEntry()) {
      if (entry.fileName !== member.fileName) continue;
      yield* capped(await zip.openReadStreamPromise(entry), member, limits);
      return;
    }
  } finally {
    zip.close();
  }
}

/** Passes bytes on until they are more than an honest archive would unpack to. */
async function* capped(
  stream: AsyncIterable<Uint8Array>,
  { name, packedBytes }: { readonly name: string; readonly packedBytes: number },
  limits: InputLimits,
): AsyncIterable<Uint8Array> {
  const most = Math.min(
    limits.maxInputBytes,
    Math.max(limits.freeBytes, packedBytes * limits.maxRatio),
  );
  let seen = 0;
  for await (const chunk of stream) {
    seen += chunk.length;
    if (seen > most) {
      throw new InputError(
        problemIn(name, 'archive_too_large', {
          detail: `It unpacks to more than ${most} bytes from ${packedBytes}.`,
          hint: 'If you trust it, unpack it first and investigate the folder.',
        }),
      );
    }
    yield chunk;
  }
}

const leftOut = (name: string): Problem =>
  problemIn(name, 'file_left_out', {
    detail: 'The name does not look like a text log.',
    hint: 'Unpack or rename it if it is one.',
  });

const unreadable = (name: string, error: unknown): Problem =>
  problemIn(name, 'read_failed', {
    detail: `It cannot be read: ${error instanceof Error ? error.message : String(error)}.`,
    hint: 'Check the permissions and whether the file is whole.',
  });
