import type { RoomEvidenceView } from '@cordon/contract';
import { useId, useState } from 'react';
import { counted } from '../../../parts/format.ts';
import { Ago, At } from '../../../parts/marks.tsx';
import { Empty, ErrorBox } from '../../../parts/states.tsx';
import { evidenceUrl, manifestUrl, roomActs } from './room.data.ts';
import { type InRoom, RoomPanel } from './room-panel.tsx';

/** Evidence with its hash, who added it and who looked. */
export function EvidencePanel({ id, room, write }: InRoom) {
  return (
    <RoomPanel
      title="Evidence kept"
      beside={
        <a className="button quiet" href={manifestUrl(id)} download={`manifest-${id}.json`}>
          Manifest
        </a>
      }
    >
      {room.evidence.length === 0 ? (
        <Empty title="Nothing is kept yet">
          <span>A file is kept under its SHA-256; everybody who looks at it is noted.</span>
        </Empty>
      ) : (
        <ul className="room-list">
          {room.evidence.map((one) => (
            <Kept key={one.line} id={id} one={one} canLook={write !== undefined} />
          ))}
        </ul>
      )}
      {write ? <Upload id={id} /> : null}
    </RoomPanel>
  );
}

function Kept({
  id,
  one,
  canLook,
}: {
  readonly id: string;
  readonly one: RoomEvidenceView;
  readonly canLook: boolean;
}) {
  return (
    <li>
      <span className="row">
        {canLook ? (
          <a className="grow strong" href={evidenceUrl(id, one.line)} download={one.name}>
            {one.name}
          </a>
        ) : (
          <span className="grow strong">{one.name}</span>
        )}
        <span className="muted small">{counted(one.size_bytes, 'byte')}</span>
      </span>
      <code className="hash small">{one.sha256}</code>
      {one.note ? <p>{one.note}</p> : null}
      <span className="small muted">
        {one.by} <Ago time={one.at} />
      </span>
      {one.looks.length > 0 ? (
        <details className="small muted">
          <summary>looked at {one.looks.length}×</summary>
          <ol>
            {one.looks.map((look) => (
              <li key={look.line}>
                <At time={look.at} /> {look.by}
                {look.is_intact ? '' : ': it was not intact'}
              </li>
            ))}
          </ol>
        </details>
      ) : null}
    </li>
  );
}

function Upload({ id }: { readonly id: string }) {
  const field = useId();
  const [error, setError] = useState<unknown>();
  const keep = (files: FileList | null) => {
    const [file] = files ?? [];
    if (!file) return;
    setError(undefined);
    roomActs.keepFile(id, file).catch(setError);
  };
  return (
    <div className="field">
      <label htmlFor={field}>Keep a file (at most 32 MiB)</label>
      <input
        id={field}
        type="file"
        className="input"
        onChange={(event) => keep(event.currentTarget.files)}
      />
      <ErrorBox error={error} />
    </div>
  );
}
