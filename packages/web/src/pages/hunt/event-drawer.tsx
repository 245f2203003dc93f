import { Dialog } from '../../parts/dialog.tsx';
import { words } from '../../parts/format.ts';
import { At, Breakable } from '../../parts/marks.tsx';
import { RecordLinks } from '../../record-drawer.tsx';
import { type Found, useHuntFields } from './hunt.data.ts';
import { flatten, quoted } from './hunt-query.ts';
import { PivotButtons } from './pivots.tsx';

/** Of one event alone; nothing to pivot on. */
const OWN = new Set(['id', 'time', 'record']);

/** One event, field by field; each value can be asked for or left out. */
export function EventDrawer({
  found,
  onNarrow,
  onClose,
}: {
  readonly found: Found;
  readonly onNarrow: (condition: string) => void;
  readonly onClose: () => void;
}) {
  const fields = useHuntFields();
  const names = new Set(fields.data?.map(({ name }) => name));
  const isKnown = (name: string): boolean =>
    !OWN.has(name) && (names.has(name) || name.startsWith('fields.'));
  const lines = flatten(found.event).filter(([name]) => !name.startsWith('observables'));
  return (
    <Dialog title={words(found.class_name)} kind="drawer" onClose={onClose}>
      <div className="stack">
        <p className="row wrap">
          <At time={found.time} /> · {found.source_id} · record{' '}
          <RecordLinks offsets={[found.offset]} />
        </p>
        <p className="mono">{found.text}</p>
        <dl className="event-fields">
          {lines.map(([name, value], at) => (
            // biome-ignore lint/suspicious/noArrayIndexKey: lines of one event, which never reorder
            <div key={at}>
              <dt className="mono">{name}</dt>
              <dd className="mono">
                <span className="grow">
                  <Breakable text={value} />
                </span>
                {isKnown(name) ? (
                  <PivotButtons
                    name={name}
                    value={value}
                    condition={`${name} = ${quoted(value)}`}
                    onNarrow={onNarrow}
                  />
                ) : null}
              </dd>
            </div>
          ))}
        </dl>
      </div>
    </Dialog>
  );
}
