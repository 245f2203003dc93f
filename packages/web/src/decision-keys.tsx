import type { ActionAct, ActionView } from '@cordon/contract';
import { useState } from 'react';
import { ActDialog } from './action-card.tsx';
import { useShortcuts } from './parts/shortcuts.ts';
import { useMayAct } from './session.ts';

/** `y` approves, `n` rejects the first action that waits, `U` undoes the newest that holds; each asks for a reason. */
export function DecisionKeys({ actions }: { readonly actions: readonly ActionView[] }) {
  const [act, setAct] = useState<ActionAct>();
  const mayAct = useMayAct();
  const waiting = actions.find((action) => action.allowed_acts.includes('approve'));
  const held = actions.find((action) => action.allowed_acts.includes('undo'));
  useShortcuts(
    'Actions',
    mayAct
      ? [
          {
            keys: 'y',
            text: 'Approve the first that waits',
            run: () => waiting && setAct('approve'),
          },
          {
            keys: 'n',
            text: 'Reject the first that waits',
            run: () => waiting && setAct('reject'),
          },
          { keys: 'U', text: 'Undo the newest that holds', run: () => held && setAct('undo') },
        ]
      : [],
  );
  const asked = act === 'undo' ? held : waiting;
  return act && asked ? (
    <ActDialog action={asked} act={act} onClose={() => setAct(undefined)} />
  ) : null;
}
