import { Dialog } from './dialog.tsx';
import { shortcutGroups, useShortcutSwitch } from './shortcuts.ts';

/** Every key that holds on the page one came from, and the switch that turns single keys off. */
export function HelpDialog({ onClose }: { readonly onClose: () => void }) {
  const [isOn, flip] = useShortcutSwitch();
  const titles = [...new Set(shortcutGroups().map(({ title }) => title))];
  return (
    <Dialog title="Keys" kind="modal" onClose={onClose}>
      <div className="stack">
        {titles.map((title) => (
          <section key={title} aria-label={title}>
            <h3 className="muted small">{title}</h3>
            <dl className="keys-list">
              {shortcutGroups()
                .filter((group) => group.title === title)
                .flatMap(({ shortcuts }) => shortcuts)
                .map(({ keys, text }) => (
                  <div key={keys}>
                    <dt>{text}</dt>
                    <dd>
                      <Keys keys={keys} />
                    </dd>
                  </div>
                ))}
            </dl>
          </section>
        ))}
        <dl className="keys-list">
          <div>
            <dt>Search and commands</dt>
            <dd>
              <kbd>Ctrl</kbd> <kbd>k</kbd>
            </dd>
          </div>
        </dl>
        <label className="row">
          <input type="checkbox" checked={isOn} onChange={flip} data-first />
          Single-key shortcuts
        </label>
      </div>
    </Dialog>
  );
}

/** A key or a sequence of keys. */
export function Keys({ keys }: { readonly keys: string }) {
  return keys.split(' ').map((key) => <kbd key={key}>{key}</kbd>);
}
