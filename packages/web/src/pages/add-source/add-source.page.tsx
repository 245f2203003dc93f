import { Link } from '@tanstack/react-router';
import { AddSource } from './add-source.tsx';

/** The wizard on a page of its own. */
export function AddSourcePage() {
  return (
    <div className="page">
      <div className="page-head">
        <h1>Add a source</h1>
        <Link to="/sources" className="button quiet">
          All sources
        </Link>
      </div>
      <AddSource />
    </div>
  );
}
