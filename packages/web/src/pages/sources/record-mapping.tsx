import type { RecordTraceView } from '@cordon/contract';
import { Snippet } from '../../parts/copy.tsx';
import { words } from '../../parts/format.ts';
import { At } from '../../parts/marks.tsx';
import { ProblemBox } from '../../parts/states.tsx';

const TONES = { parsed: 'ok', skipped: '', unparsed: 'bad' } as const;
/** Said of what is not shown on its own: it is about the record, not in it. */
const HIDDEN: ReadonlySet<string> = new Set(['provenance', 'observables', 'id']);

/** A record, its fields and the event made of it, side by side; or why nobody took it. */
export function RecordMapping({ trace }: { readonly trace: RecordTraceView }) {
  const taker = trace.steps.find(({ took }) => took);
  return (
    <div className="stack">
      <div className="row wrap">
        <span className={`pill ${TONES[trace.outcome]}`}>{words(trace.outcome)}</span>
        <span className="muted small">
          record #{trace.offset}, <At time={trace.received_at} />
          {taker ? `, read by ${taker.parser_id} (${taker.why})` : ''}
        </span>
      </div>
      <Snippet text={trace.text} label="the record" />
      {trace.problem ? <ProblemBox problem={trace.problem} /> : null}
      {trace.outcome === 'parsed' ? (
        <div className="mapping">
          <Values title="Fields of the record" values={trace.fields} />
          <span className="arrow" aria-hidden="true">
            →
          </span>
          <Values title="OCSF event" values={flatten(trace.event)} />
        </div>
      ) : (
        <Steps steps={trace.steps} />
      )}
    </div>
  );
}

function Values({
  title,
  values,
}: {
  readonly title: string;
  readonly values: Readonly<Record<string, unknown>>;
}) {
  return (
    <section aria-label={title}>
      <h3>{title}</h3>
      <dl className="defs small">
        {Object.entries(values).map(([name, value]) => (
          <div key={name} className="pair">
            <dt className="mono">{name}</dt>
            <dd className="mono">{typeof value === 'string' ? value : JSON.stringify(value)}</dd>
          </div>
        ))}
      </dl>
    </section>
  );
}

/** Why each parser passed. */
function Steps({ steps }: { readonly steps: RecordTraceView['steps'] }) {
  return (
    <details className="small">
      <summary>Why each of {steps.length} parsers passed</summary>
      <dl className="defs">
        {steps.map(({ parser_id, why }) => (
          <div key={parser_id} className="pair">
            <dt className="mono">{parser_id}</dt>
            <dd>{why}</dd>
          </div>
        ))}
      </dl>
    </details>
  );
}

/** `{a: {b: 1}}` as `a.b: 1`, the way attributes are spoken of. */
function flatten(value: unknown, path = ''): Readonly<Record<string, unknown>> {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return { [path]: value };
  return Object.fromEntries(
    Object.entries(value)
      .filter(([name]) => path !== '' || !HIDDEN.has(name))
      .flatMap(([name, inner]) => Object.entries(flatten(inner, path ? `${path}.${name}` : name))),
  );
}
