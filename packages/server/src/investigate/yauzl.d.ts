declare module 'yauzl' {
  import type { Readable } from 'node:stream';
  export interface Entry {
    readonly fileName: string;
    readonly uncompressedSize: number;
    readonly compressedSize: number;
    isEncrypted(): boolean;
    getLastModDate(): Date;
  }
  export interface ZipFile {
    readonly entryCount: number;
    eachEntry(): AsyncIterable<Entry>;
    openReadStreamPromise(entry: Entry): Promise<Readable>;
    close(): void;
  }
  export function openPromise(
    path: string,
    options?: { readonly lazyEntries?: boolean; readonly autoClose?: boolean },
  ): Promise<ZipFile>;
  export class RandomAccessReader {
    _readStreamForRange(start: number, end: number): Readable;
  }
  export function fromRandomAccessReaderPromise(
    reader: RandomAccessReader,
    totalSize: number,
    options?: { readonly lazyEntries?: boolean; readonly autoClose?: boolean },
  ): Promise<ZipFile>;
}
