import { BoundedMap } from '../shared/bounded-map.ts';
import type { Json } from '../shared/json.ts';
import type { EpochMs } from '../shared/time.ts';

/** How a file came to be: which process wrote it, and from where it was loaded, as far as known. */
export interface FileTrace {
  readonly host: string;
  readonly path: string;
  readonly at: EpochMs;
  readonly offset: number;
  readonly writerKey?: string;
  readonly writerName?: string;
  /** The mark of the web: where the file was loaded from. */
  readonly url?: string;
}

const MAX_FILES = 10_000;
const keyOf = (host: string, path: string): string => `${host}|${path.toLowerCase()}`;

/** Files by machine and path; the newest writing counts, a mark of the web stays. */
export class FileTraces {
  readonly #files = new BoundedMap<string, FileTrace>(MAX_FILES);

  note(trace: FileTrace): void {
    const key = keyOf(trace.host, trace.path);
    const url = trace.url ?? this.#files.get(key)?.url;
    this.#files.set(key, { ...trace, ...(url === undefined ? {} : { url }) });
  }

  of(host: string, path: string): FileTrace | undefined {
    return this.#files.get(keyOf(host, path));
  }

  snapshot(): Json {
    return this.#files.entries() as unknown as Json;
  }

  restore(from: Json): void {
    this.#files.fill(from as unknown as readonly (readonly [string, FileTrace])[]);
  }
}
