import type { RoomCommentView } from '@cordon/contract';
import { At } from '../../../parts/marks.tsx';

/** Earlier wordings, folded away. */
export function Earlier({ texts }: { readonly texts: RoomCommentView['earlier'] }) {
  if (texts.length === 0) return null;
  return (
    <details className="small muted">
      <summary>changed {texts.length}×</summary>
      <ol>
        {texts.map(({ at, by, text }) => (
          <li key={at}>
            <At time={at} /> {by}: {text}
          </li>
        ))}
      </ol>
    </details>
  );
}
