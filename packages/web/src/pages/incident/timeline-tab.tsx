import type { TimelineView } from '@cordon/contract';
import { At } from '../../parts/marks.tsx';
import { Empty } from '../../parts/states.tsx';
import { RecordLinks } from '../../record-drawer.tsx';

const SHAPES: Readonly<Record<string, string>> = {
  event: '·',
  alert: '▲',
  origin: '◎',
  action: '■',
  person: '☺',
  state: '◇',
};

export function TimelineTab({ entries }: { readonly entries: readonly TimelineView[] }) {
  if (entries.length === 0) return <Empty title="Nothing on the timeline yet" />;
  return (
    <section className="panel" aria-label="Timeline">
      <ol className="timeline">
        {entries.map((entry, index) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: entries have no id of their own and never reorder
          <li key={`${entry.at}-${index}`} data-kind={entry.kind}>
            <span className="muted">
              <At time={entry.at} />
            </span>
            <span className="tag">
              <span aria-hidden="true">{SHAPES[entry.kind] ?? '·'}</span>
              {entry.kind}
            </span>
            <span style={{ overflowWrap: 'anywhere' }}>{entry.text}</span>
            <RecordLinks offsets={entry.offsets} />
          </li>
        ))}
      </ol>
    </section>
  );
}
