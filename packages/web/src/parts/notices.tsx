import type { NoticeView } from '@cordon/contract';
import { words } from './format.ts';
import { Ago } from './marks.tsx';

/** Alarms about taking in, each with its sentence and what to do; they go by themselves. */
export function NoticeList({ items }: { readonly items: readonly NoticeView[] }) {
  if (items.length === 0) return null;
  return (
    <ul className="notices">
      {items.map((item) => (
        <li key={item.kind + item.source_id}>
          <span className="warn" aria-hidden="true">
            ▲
          </span>
          <div className="grow">
            <span className="strong">
              {item.source_id ? `${item.source_id}: ` : ''}
              {words(item.kind).toLowerCase()}
            </span>{' '}
            {item.text}
            <div className="muted small">→ {item.hint}</div>
          </div>
          <span className="muted small">
            <Ago time={item.since} />
          </span>
        </li>
      ))}
    </ul>
  );
}
