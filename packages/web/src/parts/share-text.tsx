import type { ShareView } from '@cordon/contract';
import { count, percent } from './format.ts';

/** `3 of 40 · 8 % (3–20 %)`, or that there are too few for a share. */
export function ShareText({ share: { k, n, share, low, high } }: { readonly share: ShareView }) {
  if (n === 0) return <>none</>;
  if (share === undefined) {
    return (
      <>
        {count(k)} of {count(n)} <span className="muted">too few</span>
      </>
    );
  }
  return (
    <>
      {percent(share)}{' '}
      <span className="muted small">
        {count(k)} of {count(n)}, {percent(low ?? 0)} to {percent(high ?? 1)}
      </span>
    </>
  );
}
