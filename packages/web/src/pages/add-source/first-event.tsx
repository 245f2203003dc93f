import { Link } from '@tanstack/react-router';
import { useState } from 'react';
import { ErrorBox } from '../../parts/states.tsx';
import { RecordMapping } from '../sources/record-mapping.tsx';
import { useSample } from '../sources/sources.data.ts';

/** Waits for a record that was not there before, and shows how it is read. The live stream wakes it. */
export function FirstEvent({ sourceId }: { readonly sourceId: string }) {
  const query = useSample(sourceId);
  const sample = query.data?.sample;
  const [before, setBefore] = useState<number>();
  if (before === undefined && query.data) setBefore(sample?.offset ?? -1);
  const isNew = sample !== undefined && before !== undefined && sample.offset > before;
  return (
    <section className="panel" aria-labelledby="first-title">
      <header>
        <h2 id="first-title">3. The first event</h2>
        <Verdict outcome={isNew ? sample.outcome : undefined} />
      </header>
      <div className="body stack">
        <ErrorBox error={query.error} />
        {isNew ? (
          <RecordMapping trace={sample} />
        ) : (
          <p className="muted">
            Waiting for the first record of <code>{sourceId}</code>. It appears here by itself. If
            it does not: is the sender restarted, does it reach this machine, does it show an error
            of its own (401 is a wrong token)?
          </p>
        )}
        {isNew ? (
          <Link to="/sources" className="button primary" style={{ justifySelf: 'start' }}>
            To the sources
          </Link>
        ) : null}
      </div>
    </section>
  );
}

const VERDICTS = {
  parsed: { tone: 'ok', text: 'It arrived and is understood ✓' },
  skipped: { tone: 'ok', text: 'It arrived; records of this form are skipped' },
  unparsed: { tone: 'warn', text: '▲ It arrived, but no parser knows its form' },
} as const;

function Verdict({ outcome }: { readonly outcome: keyof typeof VERDICTS | undefined }) {
  const { tone, text } = outcome ? VERDICTS[outcome] : { tone: '', text: 'Waiting…' };
  return (
    <span className={`pill wrap ${tone}`} role="status">
      {text}
    </span>
  );
}
