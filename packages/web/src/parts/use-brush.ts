import { type KeyboardEvent, type PointerEvent, useState } from 'react';

/** A choice among things in a row, by their places; both ends are counted in. */
export interface BrushSpan {
  readonly from: number;
  readonly to: number;
}

interface Brush {
  readonly anchor: number;
  readonly end: number;
}

const toSpan = ({ anchor, end }: Brush): BrushSpan => ({
  from: Math.min(anchor, end),
  to: Math.max(anchor, end),
});

/** Is the place chosen? */
export const isWithin = (place: number, span: BrushSpan | undefined): boolean =>
  span !== undefined && place >= span.from && place <= span.to;

/** Which of things side by side lies under `x`, by their right edges from left to right. */
export function placeUnder(x: number, rightEdges: readonly number[]): number {
  const place = rightEdges.findIndex((edge) => x < edge);
  return place < 0 ? Math.max(0, rightEdges.length - 1) : place;
}

/**
 * Choosing a span of things in a row: by dragging over them, or from the one in focus with Shift and
 * the arrows, taken with Enter and let go with Escape.
 */
export function useBrush<T>(
  things: readonly T[],
  onPick: ((from: T, to: T) => void) | undefined,
): {
  readonly span: BrushSpan | undefined;
  readonly handlers: Readonly<Record<string, unknown>>;
} {
  const [brush, setBrush] = useState<Brush>();
  const take = (chosen: Brush): void => {
    setBrush(undefined);
    const { from, to } = toSpan(chosen);
    const [first, last] = [things[from], things[to]];
    if (first !== undefined && last !== undefined) onPick?.(first, last);
  };
  const under = ({ currentTarget, clientX }: PointerEvent<HTMLElement>): number => {
    const edges = [...currentTarget.children].map((child) => child.getBoundingClientRect().right);
    return placeUnder(clientX, edges);
  };
  const onKeyDown = (event: KeyboardEvent<HTMLElement>): void => {
    const next = brushByKey(event, brush, things.length);
    if (next === undefined) return;
    event.preventDefault();
    if (next === 'take') take(brush ?? { anchor: 0, end: 0 });
    else setBrush(next === 'drop' ? undefined : next);
  };
  return {
    span: brush && toSpan(brush),
    handlers: {
      onKeyDown,
      onPointerDown: (event: PointerEvent<HTMLElement>) => {
        if (event.button !== 0) return;
        // A drag goes on outside of the row, and ends at its nearest end.
        event.currentTarget.setPointerCapture(event.pointerId);
        const place = under(event);
        setBrush({ anchor: place, end: place });
      },
      onPointerMove: (event: PointerEvent<HTMLElement>) => {
        if (brush && event.buttons === 1) setBrush({ ...brush, end: under(event) });
      },
      onPointerUp: (event: PointerEvent<HTMLElement>) => {
        if (brush) take({ ...brush, end: under(event) });
      },
      onPointerCancel: () => setBrush(undefined),
    },
  };
}

const STEPS: Readonly<Record<string, number>> = { ArrowLeft: -1, ArrowRight: 1 };

/** What a key does to the choice; undefined: nothing. */
function brushByKey(
  event: KeyboardEvent<HTMLElement>,
  brush: Brush | undefined,
  count: number,
): Brush | 'take' | 'drop' | undefined {
  const step = event.shiftKey ? STEPS[event.key] : undefined;
  if (step !== undefined) {
    const focused = [...event.currentTarget.children].indexOf(event.target as Element);
    const { anchor, end } = brush ?? { anchor: focused, end: focused };
    return focused < 0 && !brush
      ? undefined
      : { anchor, end: Math.min(count - 1, Math.max(0, end + step)) };
  }
  if (brush === undefined) return undefined;
  if (event.key === 'Enter') return 'take';
  return event.key === 'Escape' ? 'drop' : undefined;
}
