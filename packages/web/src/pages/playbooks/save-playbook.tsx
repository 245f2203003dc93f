import type { PlaybookView } from '@cordon/contract';
import { useState } from 'react';
import { ReasonDialog } from '../../parts/reason-dialog.tsx';
import { useToast } from '../../parts/toast.tsx';
import { LineDiff } from './line-diff.tsx';
import { savePlaybook } from './playbooks.data.ts';

/** Puts the text in force after showing what it changes; one key brings the one before back. */
export function SavePlaybook({
  playbook,
  text,
}: {
  readonly playbook: PlaybookView;
  readonly text: string;
}) {
  const [isOpen, setOpen] = useState(false);
  const say = useToast();
  const { id } = playbook;
  const save = async (reason: string) => {
    const saved = await savePlaybook(id, { text, base_version: playbook.version, reason });
    say(`${saved.title} v${saved.version} is in force.`, () =>
      savePlaybook(id, {
        text: playbook.text,
        base_version: saved.version,
        reason: `Undone: ${reason}`,
      }),
    );
  };
  return (
    <>
      <button type="button" className="button primary" onClick={() => setOpen(true)}>
        Save…
      </button>
      {isOpen ? (
        <ReasonDialog
          title={`Put version ${playbook.version + 1} in force`}
          verb="Put it in force"
          onSubmit={save}
          onClose={() => setOpen(false)}
        >
          <LineDiff from={playbook.text} to={text} />
          <p className="muted small">Runs that go on keep the version that they started with.</p>
        </ReasonDialog>
      ) : null}
    </>
  );
}
