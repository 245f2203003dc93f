import { type ActionRecord, isHolder, type OwnAction } from '@cordon/core';
import type { StateStore } from '../store/ports.ts';

const PAGE = 200;
const MAX_PAGES = 50;

/** What is asked about. */
export interface Touched {
  readonly host: string;
  readonly addresses: readonly string[];
  /** Addresses of whoever asks: a block of the client is ours as well. */
  readonly own: readonly string[];
}

/** Live actions of ours on the target, on one of its addresses, or on the one who asks; newest first. */
export async function findOwnActions(
  state: StateStore,
  touched: Touched,
): Promise<readonly OwnAction[]> {
  const names = new Set([touched.host, ...touched.addresses, ...touched.own]);
  const found: OwnAction[] = [];
  let cursor: string | undefined;
  for (let page = 0; page < MAX_PAGES; page += 1) {
    const { items, nextCursor } = await state.listActions({
      limit: PAGE,
      status: ['intended', 'applied', 'held', 'uncertain', 'undoing', 'undo_failed'],
      ...(cursor === undefined ? {} : { cursor }),
    });
    found.push(
      ...items.filter((action) => isHolder(action) && names.has(action.target.id)).map(toOwn),
    );
    if (nextCursor === undefined) break;
    cursor = nextCursor;
  }
  return found.sort((a, b) => b.at - a.at);
}

const toOwn = ({ id, verb, target, createdAt, reason }: ActionRecord): OwnAction => ({
  id,
  verb,
  target: target.id,
  at: createdAt,
  reason,
});
