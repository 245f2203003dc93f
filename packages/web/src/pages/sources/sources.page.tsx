import { Link } from '@tanstack/react-router';
import { Balance } from '../../parts/balance.tsx';
import { NoticeList } from '../../parts/notices.tsx';
import { Empty, Loaded } from '../../parts/states.tsx';
import { LetterGroups } from './letter-groups.tsx';
import { SourceTable } from './source-table.tsx';
import { useSources } from './sources.data.ts';
import './sources.css';

export function SourcesPage() {
  const sources = useSources();
  return (
    <div className="page">
      <div className="page-head">
        <h1>Sources</h1>
        <Link to="/add-source" className="button primary">
          Add a source
        </Link>
      </div>
      <Loaded query={sources} what="the sources">
        {(list) => (
          <>
            {list.notices.length > 0 ? (
              <section className="panel" aria-labelledby="notices-title">
                <header>
                  <h2 id="notices-title">Not well</h2>
                  <span className="muted small">each goes by itself when its cause does</span>
                </header>
                <NoticeList items={list.notices} />
              </section>
            ) : null}
            <section className="panel" aria-labelledby="books-title">
              <header>
                <h2 id="books-title">Every record is accounted for</h2>
              </header>
              <div className="body">
                <Balance books={list.conservation} />
              </div>
            </section>
            <section className="panel" aria-label="Sources">
              {list.items.length === 0 ? (
                <Empty title="No source yet">
                  <Link to="/add-source">Add the first one</Link>
                </Empty>
              ) : (
                <SourceTable items={list.items} />
              )}
            </section>
          </>
        )}
      </Loaded>
      <LetterGroups />
    </div>
  );
}
