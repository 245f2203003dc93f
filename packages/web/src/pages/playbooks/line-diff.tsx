import { diffLines } from 'diff';
import { useMemo } from 'react';

/** Lines of what did not change that are shown around a change. */
const AROUND = 2;

/** What one text has that the other has not, line by line. */
export function LineDiff({ from, to }: { readonly from: string; readonly to: string }) {
  const parts = useMemo(() => diffLines(from, to), [from, to]);
  if (!parts.some(({ added, removed }) => added || removed))
    return <p className="muted small">The two texts are the same.</p>;
  return (
    <pre className="mono small line-diff">
      {parts.map(({ added, removed, value }, at) => {
        // biome-ignore lint/suspicious/noArrayIndexKey: a part of a text has no name but its place.
        if (added) return <ins key={at}>{marked(value, '+ ')}</ins>;
        // biome-ignore lint/suspicious/noArrayIndexKey: the same.
        if (removed) return <del key={at}>{marked(value, '− ')}</del>;
        // biome-ignore lint/suspicious/noArrayIndexKey: the same.
        return <span key={at}>{marked(shorten(value), '  ')}</span>;
      })}
    </pre>
  );
}

const linesOf = (text: string): readonly string[] => text.replace(/\n$/, '').split('\n');

const marked = (text: string, mark: string): string =>
  linesOf(text)
    .map((line) => `${mark}${line}\n`)
    .join('');

function shorten(text: string): string {
  const lines = linesOf(text);
  if (lines.length <= 2 * AROUND + 1) return text;
  return [...lines.slice(0, AROUND), '…', ...lines.slice(-AROUND)].join('\n');
}
