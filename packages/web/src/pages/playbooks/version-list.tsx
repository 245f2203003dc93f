import type { PlaybookView } from '@cordon/contract';
import { useState } from 'react';
import { dayAndClock } from '../../parts/format.ts';
import { Loaded } from '../../parts/states.tsx';
import { useZone } from '../../parts/zone.ts';
import { LineDiff } from './line-diff.tsx';
import { usePlaybookVersions } from './playbooks.data.ts';

/** Who saved which version and why, each beside the text on show. */
export function VersionList(of: {
  readonly playbook: PlaybookView;
  /** The text in the editor. */
  readonly text: string;
  readonly onTake: (text: string) => void;
}) {
  const query = usePlaybookVersions(of.playbook);
  const [zone] = useZone();
  return (
    <details>
      <summary>Versions</summary>
      <Loaded query={query} what="the versions">
        {({ items }) => (
          <ol className="versions" reversed>
            {items.map(({ version, by, at, reason, text }) => (
              <li key={version} className="run">
                <div className="run-head">
                  <strong>v{version}</strong>
                  <span>{reason}</span>
                  <span className="muted small">
                    {by}
                    {at ? `, ${dayAndClock(at, zone)}` : ''}
                  </span>
                  {text === of.text ? null : (
                    <button type="button" className="button" onClick={() => of.onTake(text)}>
                      Take this text
                    </button>
                  )}
                </div>
                <Beside from={text} to={of.text} />
              </li>
            ))}
          </ol>
        )}
      </Loaded>
    </details>
  );
}

/** Compared only while it is looked at. */
function Beside({ from, to }: { readonly from: string; readonly to: string }) {
  const [isOpen, setOpen] = useState(false);
  return (
    <details onToggle={(event) => setOpen(event.currentTarget.open)}>
      <summary className="small">Beside the text above</summary>
      {isOpen ? <LineDiff from={from} to={to} /> : null}
    </details>
  );
}
