import { fill, type Values } from '../../http/fill.ts';
import type { Cursor, Manifest } from './manifest.ts';
import type { Window } from './window.ts';

/** The API points to a page at another host: nothing is sent there, least of all credentials. */
export class ForeignPage extends Error {}

const isoOf = (ms: number): string => new Date(ms).toISOString().replace(/\.\d{3}Z$/, 'Z');

/** A request of a page, before it is authorised. */
export interface PageRequest {
  readonly method: 'GET' | 'POST';
  readonly url: URL;
  readonly body: string;
}

const addressOf = (cursor: Cursor, window: Window, base: string): URL | undefined => {
  if (window.cursor === undefined) return undefined;
  if (cursor.kind !== 'link' && cursor.kind !== 'url') return undefined;
  const url = new URL(window.cursor, base);
  if (url.origin !== new URL(base).origin) throw new ForeignPage();
  return url;
};

/** The request of the window's page. */
export function pageRequest(
  manifest: Manifest,
  { base, values }: { readonly base: string; readonly values: Values },
  window: Window,
): PageRequest {
  const next = addressOf(manifest.cursor, window, base);
  if (next !== undefined) return { method: 'GET', url: next, body: '' };
  const times = { ...values, from: isoOf(window.from), to: isoOf(window.to) };
  const parameters = Object.fromEntries(
    Object.entries(manifest.parameters).map(([name, value]) => [name, fill(value, times)]),
  );
  if ('parameter' in manifest.cursor && window.cursor !== undefined)
    parameters[manifest.cursor.parameter] = window.cursor;
  const url = new URL(fill(manifest.path, values, encodeURIComponent), base);
  if (manifest.method === 'POST') return { method: 'POST', url, body: JSON.stringify(parameters) };
  for (const [name, value] of Object.entries(parameters)) url.searchParams.set(name, value);
  return { method: 'GET', url, body: '' };
}
