import type { RecordDetail } from '@cordon/contract';
import { useQuery } from '@tanstack/react-query';
import { createContext, type ReactNode, useContext, useState } from 'react';
import { api } from './api.ts';
import { Snippet } from './parts/copy.tsx';
import { Dialog } from './parts/dialog.tsx';
import { At, SeverityMark } from './parts/marks.tsx';
import { Loaded } from './parts/states.tsx';

const RecordContext = createContext<(offset: number) => void>(() => undefined);

/** Gives everything inside a way to show a raw record. */
export function RecordArea({ children }: { readonly children: ReactNode }) {
  const [offset, setOffset] = useState<number>();
  return (
    <RecordContext value={setOffset}>
      {children}
      {offset === undefined ? null : (
        <RecordDrawer key={offset} offset={offset} onClose={() => setOffset(undefined)} />
      )}
    </RecordContext>
  );
}

const SHOWN = 6;

/** Pointers to the raw records behind a claim. */
export function RecordLinks({ offsets }: { readonly offsets: readonly number[] }) {
  const open = useContext(RecordContext);
  if (offsets.length === 0) return null;
  return (
    <span className="links">
      {offsets.slice(0, SHOWN).map((offset) => (
        <button
          key={offset}
          type="button"
          className="link"
          onClick={() => open(offset)}
          aria-label={`Show record ${offset}`}
        >
          #{offset}
        </button>
      ))}
      {offsets.length > SHOWN ? (
        <span className="muted small">+{offsets.length - SHOWN} more</span>
      ) : null}
    </span>
  );
}

function RecordDrawer({
  offset,
  onClose,
}: {
  readonly offset: number;
  readonly onClose: () => void;
}) {
  const query = useQuery({
    queryKey: ['record', offset],
    queryFn: ({ signal }) => api.getRecord({ params: { offset }, signal }),
  });
  return (
    <Dialog title={`Record #${offset}`} kind="drawer" onClose={onClose}>
      <Loaded query={query} what="the record">
        {(record) => <RecordBody record={record} />}
      </Loaded>
    </Dialog>
  );
}

function RecordBody({ record }: { readonly record: RecordDetail }) {
  return (
    <div className="stack">
      <dl className="defs">
        <dt>Source</dt>
        <dd>{record.source_id}</dd>
        <dt>Received</dt>
        <dd>
          <At time={record.received_at} />
        </dd>
        {record.peer ? (
          <>
            <dt>From</dt>
            <dd className="mono">{record.peer}</dd>
          </>
        ) : null}
      </dl>
      <h3>As received</h3>
      {record.is_lossy ? (
        <p className="warn small">Holds bytes that are not UTF-8; the original is kept verbatim.</p>
      ) : null}
      <Snippet text={record.text} label="the record" />
      <h3>Signals that rest on it</h3>
      {record.signals.length === 0 ? <p className="muted">None.</p> : null}
      <ul className="stack tight">
        {record.signals.map((signal) => (
          <li key={signal.id} className="row">
            <SeverityMark severity={signal.severity} />
            <span className="grow">{signal.text}</span>
          </li>
        ))}
      </ul>
      <h3>Event made from it</h3>
      {record.event === undefined ? (
        <p className="muted">No event was made from this record.</p>
      ) : (
        <Snippet text={JSON.stringify(record.event, null, 2)} label="the event" />
      )}
    </div>
  );
}
