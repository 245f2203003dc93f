import { useQuery } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { type KeyboardEvent, type ReactNode, useDeferredValue, useId, useState } from 'react';
import { api } from './api.ts';
import { Dialog } from './parts/dialog.tsx';
import { Keys } from './parts/help-dialog.tsx';
import { Middle, PriorityMark } from './parts/marks.tsx';
import { shortcutGroups } from './parts/shortcuts.ts';

const SHOWN = 8;

interface Choice {
  readonly id: string;
  readonly title: ReactNode;
  readonly hint: ReactNode;
  readonly run: () => void;
}

/** Incidents and commands by a few letters; arrows choose, Enter runs. */
export function Palette({ onClose }: { readonly onClose: () => void }) {
  const listId = useId();
  const [text, setText] = useState('');
  const [index, setIndex] = useState(0);
  const choices = [...useCommands(text), ...useIncidents(text)];
  const place = Math.min(index, Math.max(0, choices.length - 1));
  const run = (choice: Choice | undefined) => {
    if (!choice) return;
    onClose();
    choice.run();
  };
  const onKey = (event: KeyboardEvent) => {
    if (event.key === 'ArrowDown') setIndex(Math.min(choices.length - 1, place + 1));
    else if (event.key === 'ArrowUp') setIndex(Math.max(0, place - 1));
    else if (event.key === 'Enter') run(choices[place]);
    else return;
    event.preventDefault();
  };
  return (
    <Dialog title="Search and commands" kind="modal" onClose={onClose}>
      <div className="stack">
        <input
          className="input"
          role="combobox"
          aria-label="Search incidents and commands"
          aria-expanded="true"
          aria-controls={listId}
          {...(choices[place] && { 'aria-activedescendant': `${listId}-${place}` })}
          placeholder="An incident, an address, a command …"
          maxLength={200}
          data-first
          value={text}
          onChange={(event) => {
            setText(event.target.value);
            setIndex(0);
          }}
          onKeyDown={onKey}
        />
        <Choices listId={listId} choices={choices} place={place} onRun={run} />
      </div>
    </Dialog>
  );
}

function Choices({
  listId,
  choices,
  place,
  onRun,
}: {
  readonly listId: string;
  readonly choices: readonly Choice[];
  readonly place: number;
  readonly onRun: (choice: Choice) => void;
}) {
  if (choices.length === 0) {
    return (
      <p className="muted" id={listId} role="status">
        Nothing fits.
      </p>
    );
  }
  return (
    <div className="palette" role="listbox" id={listId} aria-label="Incidents and commands">
      {choices.map((choice, index) => (
        // biome-ignore lint/a11y/useFocusableInteractive: the input holds the focus and names the option
        // biome-ignore lint/a11y/useKeyWithClickEvents: the input handles the keys
        <div
          key={choice.id}
          id={`${listId}-${index}`}
          role="option"
          aria-selected={index === place}
          onClick={() => onRun(choice)}
        >
          <span className="grow">{choice.title}</span>
          {choice.hint}
        </div>
      ))}
    </div>
  );
}

function useCommands(text: string): readonly Choice[] {
  const wanted = text.trim().toLowerCase();
  return shortcutGroups().flatMap(({ title, shortcuts }) =>
    shortcuts
      .filter(({ isMove }) => !isMove)
      .map((shortcut) => ({ ...shortcut, full: `${title}: ${shortcut.text}` }))
      .filter(({ full }) => full.toLowerCase().includes(wanted))
      .map(({ keys, full, run }) => ({ id: full, title: full, hint: <Keys keys={keys} />, run })),
  );
}

function useIncidents(text: string): readonly Choice[] {
  const navigate = useNavigate();
  const wanted = useDeferredValue(text.trim());
  const query = useQuery({
    queryKey: ['palette', wanted],
    enabled: wanted.length > 1,
    queryFn: ({ signal }) => api.listIncidents({ signal, query: { text: wanted, limit: SHOWN } }),
  });
  if (wanted.length <= 1) return [];
  return (query.data?.items ?? []).map((incident) => ({
    id: incident.id,
    title: (
      <span className="row">
        <span className="mono muted nowrap">{incident.name}</span>
        <Middle text={incident.title} />
      </span>
    ),
    hint: <PriorityMark level={incident.priority.level} />,
    run: () => void navigate({ to: '/incidents/$id', params: { id: incident.id } }),
  }));
}
