import type { CoverageView as Coverage } from '@cordon/contract';
import { useState } from 'react';
import { count, counted, words } from '../../parts/format.ts';
import { Ago } from '../../parts/marks.tsx';
import { Empty, Loaded } from '../../parts/states.tsx';
import { useCoverage } from './rules.data.ts';

const SHOWN = 40;

/** ATT&CK techniques by the data sources really present, and rules that cannot fire. */
export function CoverageView({ onOpen }: { readonly onOpen: (ruleId: string) => void }) {
  const coverage = useCoverage();
  return (
    <Loaded query={coverage} what="the coverage">
      {(data) =>
        data.sources.length === 0 ? (
          <section className="panel">
            <Empty title="No event was seen in the last 30 days">
              <span>
                Coverage sets the rules against what really comes in. Connect a source, and see
                which techniques its events can show.
              </span>
            </Empty>
          </section>
        ) : (
          <>
            <Sources sources={data.sources} />
            <Matrix coverage={data} />
            <Silent silent={data.silent} onOpen={onOpen} />
          </>
        )
      }
    </Loaded>
  );
}

function Sources({ sources }: { readonly sources: Coverage['sources'] }) {
  return (
    <section className="panel" aria-labelledby="coverage-sources">
      <header>
        <h2 id="coverage-sources">What comes in</h2>
        <span className="muted small">last 30 days</span>
      </header>
      <table className="table stacked">
        <thead>
          <tr>
            <th>Source</th>
            <th className="num">Events</th>
            <th className="num">Rules that look at it</th>
            <th>Last</th>
          </tr>
        </thead>
        <tbody>
          {sources.map((source) => (
            <tr key={source.name}>
              <td>
                <SourceKey sources={sources} name={source.name} /> {source.name}
              </td>
              <td className="num" data-label="Events">
                {count(source.events)}
              </td>
              <td className={`num ${source.rules === 0 ? 'warn' : ''}`} data-label="Rules">
                {source.rules === 0 ? 'none' : count(source.rules)}
              </td>
              <td className="muted small">
                <Ago time={source.last_at} />
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  );
}

/** The letter that a source has in the matrix. */
const keyOf = (at: number): string =>
  at < 26
    ? String.fromCharCode(65 + at)
    : `${String.fromCharCode(64 + Math.floor(at / 26))}${String.fromCharCode(65 + (at % 26))}`;

function SourceKey({
  sources,
  name,
}: {
  readonly sources: Coverage['sources'];
  readonly name: string;
}) {
  return <b className="source-key">{keyOf(sources.findIndex((one) => one.name === name))}</b>;
}

function Matrix({ coverage }: { readonly coverage: Coverage }) {
  const { sources, techniques } = coverage;
  const [isAll, setAll] = useState(false);
  const seen = techniques.filter(({ rules }) => rules > 0);
  const rows = isAll ? techniques : seen;
  return (
    <section className="panel" aria-labelledby="coverage-matrix">
      <header>
        <h2 id="coverage-matrix">
          {count(seen.length)} of {counted(techniques.length, 'technique')} can be seen
        </h2>
        <button
          type="button"
          className="button"
          aria-pressed={isAll}
          onClick={() => setAll(!isAll)}
        >
          {isAll ? 'Only what can be seen' : 'Gaps, too'}
        </button>
      </header>
      {rows.length === 0 ? (
        <Empty title="No rule can fire on what comes in">
          <span>
            Import rules for these sources, or connect the sources that the rules look at.
          </span>
        </Empty>
      ) : (
        <MatrixTable sources={sources} rows={rows} />
      )}
    </section>
  );
}

function MatrixTable({
  sources,
  rows,
}: {
  readonly sources: Coverage['sources'];
  readonly rows: Coverage['techniques'];
}) {
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: a region that scrolls must be reachable by keyboard
    <section className="scroll-x matrix" tabIndex={0} aria-label="Matrix of techniques and sources">
      <table>
        <thead>
          <tr>
            <th scope="col">Technique</th>
            {sources.map(({ name }, at) => (
              <th key={name} scope="col" title={name}>
                <span aria-hidden="true">{keyOf(at)}</span>
                <span className="sr">{name}</span>
              </th>
            ))}
            <th scope="col">Rules</th>
            <th scope="col">Silent</th>
          </tr>
        </thead>
        <tbody>
          {rows.map((row) => (
            <tr key={row.id}>
              <th scope="row">
                <a
                  href={`https://attack.mitre.org/techniques/${row.id.replace('.', '/')}/`}
                  target="_blank"
                  rel="noreferrer"
                >
                  {row.id}
                </a>{' '}
                <span className="muted small">
                  {row.tactics.map((tactic) => words(tactic.replaceAll('-', '_'))).join(', ')}
                </span>
              </th>
              {sources.map(({ name }, at) => (
                <Cell key={name} rules={row.by_source[at] ?? 0} />
              ))}
              <td>{row.rules}</td>
              <td className={row.rules === 0 ? 'warn' : 'muted'}>{row.silent || ''}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  );
}

function Cell({ rules }: { readonly rules: number }) {
  const depth = rules === 0 ? 0 : Math.min(4, 1 + Math.floor(Math.log2(rules)));
  return <td className={`cell d${depth}`}>{rules === 0 ? '' : rules}</td>;
}

function Silent({
  silent,
  onOpen,
}: {
  readonly silent: Coverage['silent'];
  readonly onOpen: (ruleId: string) => void;
}) {
  const [shown, setShown] = useState(SHOWN);
  const wants = new Map<string, Coverage['silent'][number][]>();
  for (const rule of silent) wants.set(rule.wants, [...(wants.get(rule.wants) ?? []), rule]);
  const groups = [...wants].sort(([, a], [, b]) => b.length - a.length);
  return (
    <section className="panel" aria-labelledby="coverage-silent">
      <header>
        <h2 id="coverage-silent">{counted(silent.length, 'rule')} cannot fire</h2>
        <span className="muted small">what they look at was not seen</span>
      </header>
      {groups.length === 0 ? (
        <Empty title="Every rule has what it looks at" />
      ) : (
        <ul className="silent">
          {groups.slice(0, shown).map(([what, rules]) => (
            <li key={what}>
              <details>
                <summary>
                  <span className="num">{count(rules.length)}</span> {what}
                </summary>
                <ul>
                  {rules.slice(0, SHOWN).map((rule) => (
                    <li key={rule.rule_id}>
                      <button type="button" className="link" onClick={() => onOpen(rule.rule_id)}>
                        {rule.title}
                      </button>
                    </li>
                  ))}
                </ul>
              </details>
            </li>
          ))}
        </ul>
      )}
      {groups.length > shown ? (
        <div className="row center">
          <button type="button" className="button" onClick={() => setShown(shown + SHOWN)}>
            Show more of {count(groups.length - shown)}
          </button>
        </div>
      ) : null}
    </section>
  );
}
