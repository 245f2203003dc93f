import { RULE_SORTS, RULE_STATES, type RulePage } from '@cordon/contract';
import { getRouteApi, useNavigate } from '@tanstack/react-router';
import { useRef } from 'react';
import { count, words } from '../../parts/format.ts';
import { useShortcuts } from '../../parts/shortcuts.ts';
import { Empty, Loaded } from '../../parts/states.tsx';
import { More, Toggles } from '../../parts/toggles.tsx';
import { CoverageView } from './coverage-view.tsx';
import { RuleDrawer } from './rule-drawer.tsx';
import type { RuleFilter } from './rule-filter.ts';
import { RuleTable } from './rule-table.tsx';
import './rules.css';
import { useRules } from './rules.data.ts';

const route = getRouteApi('/shell/rules');

/** Every rule: what it brings, what it costs, whose it is, and whether it can fire at all. */
export function RulesPage() {
  const filter = route.useSearch();
  const navigate = useNavigate();
  const rules = useRules(filter);
  const show = (change: { [K in keyof RuleFilter]: string | undefined }) =>
    void navigate({
      to: '/rules',
      search: Object.fromEntries(
        Object.entries({ ...filter, ...change }).filter(([, value]) => value),
      ),
      replace: true,
    });
  const isCoverage = filter.view === 'coverage';
  return (
    <div className="page">
      <div className="page-head">
        <h1>Rules</h1>
        <fieldset className="toggles">
          <legend className="sr">View</legend>
          <button
            type="button"
            className="toggle"
            aria-pressed={!isCoverage}
            onClick={() => show({ view: undefined })}
          >
            All rules
          </button>
          <button
            type="button"
            className="toggle"
            aria-pressed={isCoverage}
            onClick={() => show({ view: 'coverage' })}
          >
            Coverage
          </button>
        </fieldset>
      </div>
      {isCoverage ? (
        <CoverageView onOpen={(rule) => show({ rule })} />
      ) : (
        <Loaded query={rules} what="the rules">
          {({ pages }) => (
            <>
              <RuleList pages={pages} filter={filter} onShow={show} />
              <More query={rules} />
            </>
          )}
        </Loaded>
      )}
      {filter.rule ? (
        <RuleDrawer
          key={filter.rule}
          id={filter.rule}
          onClose={() => show({ rule: undefined })}
          onOpen={(rule) => show({ rule })}
        />
      ) : null}
    </div>
  );
}

function RuleList({
  pages,
  filter,
  onShow,
}: {
  readonly pages: readonly RulePage[];
  readonly filter: RuleFilter;
  readonly onShow: (change: { [K in keyof RuleFilter]: string | undefined }) => void;
}) {
  const search = useRef<HTMLInputElement>(null);
  useShortcuts('Rules', [
    { keys: '/', text: 'Filter the rules', run: () => search.current?.focus() },
  ]);
  const found = pages.flatMap(({ items }) => items);
  const { fitting, all } = pages.at(-1) ?? { fitting: 0, all: 0 };
  if (all === 0) return <NoRules />;
  return (
    <>
      <search className="filters">
        <input
          ref={search}
          className="input"
          type="search"
          aria-label="Filter by words"
          placeholder="title, technique, author, source…"
          value={filter.text ?? ''}
          maxLength={200}
          onChange={(event) => onShow({ text: event.target.value })}
        />
        <Toggles
          label="State"
          all={RULE_STATES}
          chosen={filter.state}
          onChange={(state) => onShow({ state })}
        />
        <span className="divider" aria-hidden="true" />
        <label className="row small muted">
          Sorted by
          <select
            className="input narrow"
            value={filter.sort ?? 'matches'}
            onChange={(event) => onShow({ sort: event.target.value })}
          >
            {RULE_SORTS.map((sort) => (
              <option key={sort} value={sort}>
                {words(sort)}
              </option>
            ))}
          </select>
        </label>
        <span className="muted small">
          {count(fitting)} of {count(all)} rules
        </span>
      </search>
      <section className="panel" aria-label="Rules">
        {found.length === 0 ? (
          <Empty title="No rule fits the filter">
            <button
              type="button"
              className="link"
              onClick={() => onShow({ text: undefined, state: undefined })}
            >
              Clear the filter
            </button>
          </Empty>
        ) : (
          <RuleTable rules={found} onOpen={(rule) => onShow({ rule })} />
        )}
      </section>
    </>
  );
}

function NoRules() {
  return (
    <section className="panel">
      <Empty title="No rule is in force">
        <span>
          Rules are Sigma. Take in the public collection, quiet at first:{' '}
          <code>cordon rules import https://github.com/SigmaHQ/sigma --shadow</code>
        </span>
      </Empty>
    </section>
  );
}
