import { words } from '../../parts/format.ts';
import { Loaded } from '../../parts/states.tsx';
import { RecordLinks } from '../../record-drawer.tsx';
import { useSteps } from './incident.data.ts';

/** The attack in order of cause, a sentence for each step, each with the records it rests on. */
export function StepsPanel({ id }: { readonly id: string }) {
  const query = useSteps(id);
  return (
    <section className="panel" aria-labelledby="steps-title">
      <header>
        <h2 id="steps-title">Step by step</h2>
      </header>
      <Loaded query={query} what="the steps">
        {({ items }) => (
          <ol className="body stack tight">
            {items.map((step) => (
              <li key={step.alert_ids[0]}>
                <div>{step.text}</div>
                <div className="row wrap small muted">
                  {step.tactic === '' ? null : (
                    <span>{words(step.tactic.replaceAll('-', '_'))}</span>
                  )}
                  <span className="mono">{step.techniques.join(', ')}</span>
                  <RecordLinks offsets={step.offsets} />
                </div>
              </li>
            ))}
          </ol>
        )}
      </Loaded>
    </section>
  );
}
