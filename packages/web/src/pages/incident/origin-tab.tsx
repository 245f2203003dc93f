import type { OriginView } from '@cordon/contract';
import { percent, words } from '../../parts/format.ts';
import { At, Breakable, Entity } from '../../parts/marks.tsx';
import { RecordLinks } from '../../record-drawer.tsx';

/** Where it began: ranked hypotheses, or honestly unseen; always with what would settle it. */
export function OriginTab({ origin }: { readonly origin: OriginView }) {
  return (
    <div className="cols">
      <section className="panel" aria-labelledby="origin-title">
        <header>
          <h2 id="origin-title">
            {origin.kind === 'found' ? 'Where it began' : 'The origin is unseen'}
          </h2>
        </header>
        <p className="body">{origin.text}</p>
        {origin.hypotheses.map((hypothesis, index) => (
          <Hypothesis
            key={`${hypothesis.entity.kind}:${hypothesis.entity.id}:${hypothesis.at}`}
            rank={index + 1}
            hypothesis={hypothesis}
          />
        ))}
      </section>
      <section className="panel" aria-labelledby="settle-title">
        <header>
          <h2 id="settle-title">What would settle it</h2>
        </header>
        <ul className="body stack tight">
          {origin.would_settle.map((text) => (
            <li key={text}>→ {text}</li>
          ))}
          {origin.would_settle.length === 0 ? (
            <li className="muted">No further log is known that would change the ranking.</li>
          ) : null}
        </ul>
      </section>
    </div>
  );
}

const entryOf = (vector: string): string =>
  vector === 'unseen' ? 'Way in not seen' : words(vector);

function Hypothesis({
  rank,
  hypothesis,
}: {
  readonly rank: number;
  readonly hypothesis: OriginView['hypotheses'][number];
}) {
  return (
    <div className="hypothesis">
      <div className="row wrap">
        <span className="strong">
          {rank}. {entryOf(hypothesis.entry_vector)}
        </span>
        <Entity entity={hypothesis.entity} />
        <span className="grow muted small nowrap">
          <At time={hypothesis.at} />
        </span>
        <span className="strong">{percent(hypothesis.p)}</span>
      </div>
      <div className="bar" aria-hidden="true">
        <i style={{ width: `${hypothesis.p * 100}%`, background: 'var(--accent)' }} />
      </div>
      <Beginning hypothesis={hypothesis} />
      <div className="signs">
        <Signs title="Supports" tone="for" items={hypothesis.supporting} />
        <Signs title="Contradicts" tone="against" items={hypothesis.contradicting} />
      </div>
      <RecordLinks offsets={hypothesis.offsets} />
    </div>
  );
}

/** The process within the machine that its signs lead to, and whom it talks to. */
function Beginning({
  hypothesis: { process, peer },
}: {
  readonly hypothesis: OriginView['hypotheses'][number];
}) {
  if (!process && !peer) return null;
  const port = peer?.port === undefined ? '' : ` port ${peer.port}`;
  return (
    <dl className="defs">
      {process ? (
        <>
          <dt>Process</dt>
          <dd className="mono">
            <Breakable text={process.name} />
            {process.user === undefined ? null : <span className="muted"> by {process.user}</span>}
          </dd>
        </>
      ) : null}
      {peer ? (
        <>
          <dt>Talks to</dt>
          <dd className="mono">
            {peer.ip}
            {port}
          </dd>
        </>
      ) : null}
    </dl>
  );
}

function Signs({
  title,
  tone,
  items,
}: {
  readonly title: string;
  readonly tone: 'for' | 'against';
  readonly items: readonly string[];
}) {
  return (
    <div>
      <h3 className="muted small">{title}</h3>
      <ul className={tone}>
        {items.map((text) => (
          <li key={text}>{text}</li>
        ))}
      </ul>
      {items.length === 0 ? <p className="muted">Nothing.</p> : null}
    </div>
  );
}
