/** What is asked for: from then (inclusive) to then (exclusive), page by page. */
export interface Window {
  readonly from: number;
  readonly to: number;
  /** Where the next page is: a token, an address or an offset; undefined: the first one. */
  readonly cursor: string | undefined;
}

/** What is remembered of an API. */
export interface ApiState {
  /** The window that is being read. */
  readonly window: Window | undefined;
  /** Up to here everything was read. */
  readonly readTo: number | undefined;
  /** Ids of items lately taken, oldest first: what windows share is taken once. */
  readonly seen: readonly string[];
}

export const SEEN_LIMIT = 20_000;

const isMember = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

function parseWindow(value: unknown): Window | undefined {
  if (!isMember(value)) return undefined;
  const { from, to, cursor } = value;
  if (typeof from !== 'number' || typeof to !== 'number') return undefined;
  return { from, to, cursor: typeof cursor === 'string' ? cursor : undefined };
}

/** The state from what was saved; what does not have the form is left out. */
export function parseState(saved: unknown): ApiState {
  if (!isMember(saved)) return { window: undefined, readTo: undefined, seen: [] };
  const seen: readonly unknown[] = Array.isArray(saved['seen']) ? saved['seen'] : [];
  return {
    window: parseWindow(saved['window']),
    readTo: typeof saved['readTo'] === 'number' ? saved['readTo'] : undefined,
    seen: seen.filter((id): id is string => typeof id === 'string'),
  };
}

/** In the form that is saved. */
export const toSaved = ({ window, readTo, seen }: ApiState): Readonly<Record<string, unknown>> => ({
  ...(window === undefined
    ? {}
    : { window: { from: window.from, to: window.to, cursor: window.cursor ?? null } }),
  readTo: readTo ?? null,
  seen,
});

export interface WindowTiming {
  readonly now: number;
  readonly overlapMs: number;
  readonly lagMs: number;
  readonly startMs: number;
}

/** The window that was begun, or the next one; it begins before the end of the last one, since items come late. */
export function nextWindow(state: ApiState, timing: WindowTiming): Window | undefined {
  if (state.window !== undefined) return state.window;
  const to = timing.now - timing.lagMs;
  const from = state.readTo === undefined ? timing.startMs : state.readTo - timing.overlapMs;
  return from < to ? { from, to, cursor: undefined } : undefined;
}
