import { type KeyboardEvent, useId, useRef, useState } from 'react';
import { useShortcuts } from '../../parts/shortcuts.ts';
import { useHuntFields } from './hunt.data.ts';
import { completions, fieldAt } from './hunt-query.ts';

/** Where a hunt is written: names of fields complete, Enter runs it. */
export function QueryBox({
  query,
  onRun,
}: {
  readonly query: string;
  readonly onRun: (query: string) => void;
}) {
  const id = useId();
  const input = useRef<HTMLInputElement>(null);
  const [text, setText] = useState(query);
  const [offer, setOffer] = useState<{ readonly at: number; readonly caret: number }>();
  const fields = useHuntFields();
  useShortcuts('Hunt', [{ keys: '/', text: 'Write a hunt', run: () => input.current?.focus() }]);
  const word = offer ? fieldAt(text, offer.caret) : undefined;
  const names = word ? completions(fields.data?.map(({ name }) => name) ?? [], word.word) : [];
  const active = Math.min(offer?.at ?? -1, names.length - 1);
  const take = (name: string) => {
    if (!word) return;
    const end = word.start + word.word.length;
    setText(`${text.slice(0, word.start)}${name} ${text.slice(end).trimStart()}`);
    setOffer(undefined);
    input.current?.focus();
  };
  const onKeyDown = (event: KeyboardEvent) => {
    if (names.length === 0) return;
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (step)
      setOffer({ caret: offer?.caret ?? 0, at: (active + step + names.length) % names.length });
    else if (event.key === 'Escape') setOffer(undefined);
    else if ((event.key === 'Enter' || event.key === 'Tab') && active >= 0)
      take(names[active] ?? '');
    else return;
    event.preventDefault();
  };
  return (
    <form
      className="query-box"
      onSubmit={(event) => {
        event.preventDefault();
        setOffer(undefined);
        onRun(text.trim());
      }}
    >
      <div className="grow combo">
        <input
          ref={input}
          className="input mono"
          role="combobox"
          aria-label="Hunt"
          aria-expanded={names.length > 0}
          aria-controls={`${id}-names`}
          aria-autocomplete="list"
          {...(active >= 0 && { 'aria-activedescendant': `${id}-${active}` })}
          autoComplete="off"
          spellCheck={false}
          maxLength={4_000}
          placeholder="user.name ~ adm* and src_endpoint.ip = 192.0.2.1 and time > now-7d"
          value={text}
          onKeyDown={onKeyDown}
          onBlur={() => setOffer(undefined)}
          onChange={(event) => {
            setText(event.target.value);
            setOffer({ at: -1, caret: event.target.selectionStart ?? event.target.value.length });
          }}
        />
        <div id={`${id}-names`} role="listbox" aria-label="Fields" hidden={names.length === 0}>
          {names.map((name, at) => (
            // biome-ignore lint/a11y/useKeyWithClickEvents: the keys are those of the field
            <div
              key={name}
              id={`${id}-${at}`}
              role="option"
              tabIndex={-1}
              aria-selected={at === active}
              onMouseDown={(event) => event.preventDefault()}
              onClick={() => take(name)}
            >
              {name}
            </div>
          ))}
        </div>
      </div>
      <button type="submit" className="button primary">
        Hunt
      </button>
    </form>
  );
}
