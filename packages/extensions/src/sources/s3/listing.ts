import { Parser } from 'htmlparser2';

/** An object as a listing shows it. */
export interface ListedObject {
  readonly key: string;
  readonly etag: string;
  readonly modifiedAt: number;
  readonly bytes: number;
}

/** One page of ListObjectsV2. */
export interface Listing {
  readonly objects: readonly ListedObject[];
  /** Token of the next page. */
  readonly next: string | undefined;
}

type Draft = Record<string, string>;

/** Reads a page; undefined when it is not a whole one. */
export function parseListing(xml: string): Listing | undefined {
  const objects: ListedObject[] = [];
  const path: string[] = [];
  let draft: Draft = {};
  const page: Draft = {};
  let isWhole = false;
  const parser = new Parser(
    {
      onopentag(name) {
        path.push(name);
        if (name === 'Contents') draft = {};
      },
      ontext(text) {
        const [, second, third] = path;
        const into = second === 'Contents' ? draft : page;
        const name = second === 'Contents' ? third : second;
        if (name !== undefined) into[name] = (into[name] ?? '') + text;
      },
      onclosetag(name, isImplied) {
        path.pop();
        if (name === 'Contents' && !isImplied) objects.push(toObject(draft));
        if (name === 'ListBucketResult' && !isImplied) isWhole = true;
      },
    },
    { xmlMode: true, decodeEntities: true },
  );
  parser.write(xml);
  parser.end();
  if (!isWhole) return undefined;
  const next = page['IsTruncated'] === 'true' ? page['NextContinuationToken'] : undefined;
  return { objects, next };
}

/** Keys come URL-encoded (`encoding-type=url`), since XML cannot carry every character. */
const toObject = (draft: Draft): ListedObject => ({
  key: decode(draft['Key'] ?? ''),
  etag: draft['ETag'] ?? '',
  modifiedAt: Date.parse(draft['LastModified'] ?? '') || 0,
  bytes: Number(draft['Size'] ?? 0),
});

function decode(text: string): string {
  try {
    return decodeURIComponent(text.replaceAll('+', '%20'));
  } catch {
    return text;
  }
}
