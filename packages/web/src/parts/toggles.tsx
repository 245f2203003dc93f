import { known, toggled } from './choice.ts';
import { words } from './format.ts';

/** Choices as buttons; the chosen ones are a comma-separated list, as it stands in the address. */
export function Toggles<T extends string>({
  label,
  all,
  chosen,
  onChange,
}: {
  readonly label: string;
  readonly all: readonly T[];
  readonly chosen: string | undefined;
  readonly onChange: (chosen: string | undefined) => void;
}) {
  const on = known(chosen, all);
  return (
    <fieldset className="toggles">
      <legend className="sr">{label}</legend>
      {all.map((item) => (
        <button
          key={item}
          type="button"
          className="toggle"
          aria-pressed={on.includes(item)}
          onClick={() => onChange(toggled(chosen, item, all))}
        >
          {words(item)}
        </button>
      ))}
    </fieldset>
  );
}

/** Fetches the next page of a list. */
export function More({
  query,
}: {
  readonly query: {
    readonly hasNextPage: boolean;
    readonly isFetchingNextPage: boolean;
    readonly fetchNextPage: () => unknown;
  };
}) {
  if (!query.hasNextPage) return null;
  return (
    <button
      type="button"
      className="button"
      style={{ justifySelf: 'center' }}
      disabled={query.isFetchingNextPage}
      onClick={() => query.fetchNextPage()}
    >
      {query.isFetchingNextPage ? 'Loading…' : 'Show more'}
    </button>
  );
}
