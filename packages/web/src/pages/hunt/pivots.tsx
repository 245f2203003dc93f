import { Minus, Plus } from 'lucide-react';
import { useState } from 'react';
import { count } from '../../parts/format.ts';
import { Breakable } from '../../parts/marks.tsx';
import { Loaded } from '../../parts/states.tsx';
import { useHuntFields, useHuntTop } from './hunt.data.ts';
import { quoted } from './hunt-query.ts';

const FIRST = ['any.ip', 'any.user', 'any.host'];

/** The most frequent values of some fields; each can be asked for or left out. */
export function Pivots({
  q,
  onNarrow,
}: {
  readonly q: string;
  readonly onNarrow: (condition: string) => void;
}) {
  const [chosen, setChosen] = useState(FIRST);
  const fields = useHuntFields();
  const free = (fields.data ?? [])
    .map(({ name }) => name)
    .filter((name) => !chosen.includes(name) && name !== 'time');
  return (
    <aside className="panel pivots" aria-label="Pivots">
      {chosen.map((field) => (
        <Values
          key={field}
          q={q}
          field={field}
          onNarrow={onNarrow}
          onDrop={() => setChosen(chosen.filter((one) => one !== field))}
        />
      ))}
      <div className="body">
        <select
          className="input"
          aria-label="Count another field"
          value=""
          onChange={(event) => setChosen([event.target.value, ...chosen])}
        >
          <option value="">Count another field…</option>
          {free.map((name) => (
            <option key={name} value={name}>
              {name}
            </option>
          ))}
        </select>
      </div>
    </aside>
  );
}

function Values({
  q,
  field,
  onNarrow,
  onDrop,
}: {
  readonly q: string;
  readonly field: string;
  readonly onNarrow: (condition: string) => void;
  readonly onDrop: () => void;
}) {
  const top = useHuntTop(q, field);
  return (
    <section className="body" aria-label={field}>
      <div className="row">
        <h3 className="grow mono">{field}</h3>
        <button type="button" className="link small" onClick={onDrop} aria-label={`Hide ${field}`}>
          hide
        </button>
      </div>
      <Loaded query={top} what={field}>
        {(values) =>
          values.length === 0 ? (
            <p className="muted small">in none of them</p>
          ) : (
            <ul className="top-values">
              {values.map(({ value, count: number }) => (
                <li key={value}>
                  <span className="grow mono small">
                    <Breakable text={value} />
                  </span>
                  <span className="num muted small">{count(number)}</span>
                  <PivotButtons
                    name={field}
                    value={value}
                    condition={`${field} = ${quoted(value)}`}
                    onNarrow={onNarrow}
                  />
                </li>
              ))}
            </ul>
          )
        }
      </Loaded>
    </section>
  );
}

/** Ask for a value, or leave it out. */
export function PivotButtons({
  name,
  value,
  condition,
  onNarrow,
}: {
  readonly name: string;
  readonly value: string;
  readonly condition: string;
  readonly onNarrow: (condition: string) => void;
}) {
  const what = `${name} ${value.slice(0, 60)}`;
  return (
    <span className="pivot-buttons">
      <button
        type="button"
        aria-label={`Only ${what}`}
        title="Only this"
        onClick={() => onNarrow(condition)}
      >
        <Plus size={14} aria-hidden="true" />
      </button>
      <button
        type="button"
        aria-label={`Without ${what}`}
        title="Without this"
        onClick={() => onNarrow(`not ${condition}`)}
      >
        <Minus size={14} aria-hidden="true" />
      </button>
    </span>
  );
}
