import { getRouteApi, Link } from '@tanstack/react-router';
import { Empty, Loaded } from '../../parts/states.tsx';
import { PlaybookEditor } from './playbook-editor.tsx';
import './playbooks.css';
import { usePlaybooks } from './playbooks.data.ts';
import { RunList } from './run-list.tsx';

const route = getRouteApi('/shell/playbooks');

/** Playbooks: what is installed, its picture beside its text, what it would do, and its runs. */
export function PlaybooksPage() {
  const { id } = route.useSearch();
  const query = usePlaybooks();
  return (
    <div className="page playbooks">
      <div className="page-head">
        <h1>Playbooks</h1>
      </div>
      <Loaded query={query} what="the playbooks">
        {({ items }) => {
          const open = items.find((one) => one.id === id) ?? items[0];
          if (!open) return <Empty title="No playbook is installed" />;
          return (
            <div className="playbook-page">
              <nav className="panel" aria-label="Playbooks">
                <ul className="playbook-list">
                  {items.map((one) => (
                    <li key={one.id}>
                      <Link
                        to="/playbooks"
                        search={{ id: one.id }}
                        aria-current={one.id === open.id ? 'page' : undefined}
                      >
                        {one.title}
                      </Link>
                      <span className="muted small">{one.on ? 'by itself' : 'by hand'}</span>
                    </li>
                  ))}
                </ul>
              </nav>
              <PlaybookEditor key={`${open.id} ${open.version}`} playbook={open} />
            </div>
          );
        }}
      </Loaded>
      <RunList />
    </div>
  );
}
