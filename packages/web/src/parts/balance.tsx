import type { Conservation } from '@cordon/contract';
import { count, counted, words } from './format.ts';

const ENTERED = ['accepted', 'refused', 'dropped_udp', 'duplicate'] as const;
const ENDED = ['parsed', 'unparsed', 'skipped', 'dead_letter', 'pending'] as const;
type Part = (typeof ENTERED)[number] | (typeof ENDED)[number];

/** The conservation equation as two bars of one length: what was received, and how it ended. */
export function Balance({ books }: { readonly books: Conservation }) {
  return (
    <div className="balance">
      <Line title="Received" books={books} parts={ENTERED} total={books.received} />
      <Line title="Accepted" books={books} parts={ENDED} total={books.accepted} />
      <p className="small">
        {books.holds ? (
          <span className="ok">
            ✓ The books balance: every accepted record has exactly one end.
          </span>
        ) : (
          <span className="bad">
            ✕ The books do not balance: {counted(Math.abs(books.difference), 'record')} without an
            end.
          </span>
        )}
      </p>
    </div>
  );
}

function Line({
  title,
  books,
  parts,
  total,
}: {
  readonly title: string;
  readonly books: Conservation;
  readonly parts: readonly Part[];
  readonly total: number;
}) {
  const shown = parts.filter((part) => books[part] > 0);
  return (
    <div className="stack tight">
      <div className="side-bar">
        <span className="strong">{title}</span>
        <div className="bar" aria-hidden="true">
          {shown.map((part) => (
            <i
              key={part}
              className={`k-${part}`}
              style={{ flexGrow: books[part], minWidth: '3px' }}
            />
          ))}
        </div>
        <span className="num strong">{count(total)}</span>
      </div>
      <ul className="legend">
        {shown.map((part, index) => (
          <li key={part}>
            {index === 0 ? '= ' : '+ '}
            <i className={`k-${part}`} aria-hidden="true" />
            {words(part).toLowerCase()} <span className="strong">{count(books[part])}</span>
          </li>
        ))}
      </ul>
    </div>
  );
}
