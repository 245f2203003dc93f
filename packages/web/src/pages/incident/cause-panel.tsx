import type { RootCauseView } from '@cordon/contract';
import { percent } from '../../parts/format.ts';
import { At } from '../../parts/marks.tsx';
import { Empty, Loaded } from '../../parts/states.tsx';
import { useRootCause } from './incident.data.ts';

/** Where a fault most likely began, and what speaks for each cause. */
export function CausePanel({ id }: { readonly id: string }) {
  const query = useRootCause(id);
  return (
    <section className="panel" aria-labelledby="cause-title">
      <header>
        <h2 id="cause-title">Root cause</h2>
      </header>
      <Loaded query={query} what="the root cause">
        {(view) =>
          view.causes.length === 0 ? <NoCause status={view.status} /> : <Causes view={view} />
        }
      </Loaded>
    </section>
  );
}

function NoCause({ status }: Pick<RootCauseView, 'status'>) {
  return status === 'found' ? (
    <Empty title="Nothing that is measured shows where it began">
      <span>More checks, probes or series would tell.</span>
    </Empty>
  ) : (
    <Empty title="It was not searched yet">
      <span>Four minutes after it began there is enough to search in.</span>
    </Empty>
  );
}

function Causes({ view }: { readonly view: RootCauseView }) {
  return (
    <div>
      {view.onset ? (
        <div className="hypothesis muted small">
          <p>
            Numbers, checks and changes around <At time={view.onset} />, when the first of them went
            wrong.
          </p>
        </div>
      ) : null}
      {view.causes.map((cause) => (
        <div key={cause.service} className="hypothesis">
          <div className="row">
            <span className="strong grow">{cause.service}</span>
            <span className="strong">{percent(cause.probability)}</span>
          </div>
          <ul className="small">
            {cause.clues.map(({ kind, text }) => (
              <li key={`${kind} ${text}`}>{text}</li>
            ))}
          </ul>
        </div>
      ))}
      <div className="hypothesis muted">
        <div className="row">
          <span className="grow">Something that is not measured</span>
          <span>{percent(view.unseen ?? 0)}</span>
        </div>
      </div>
    </div>
  );
}
