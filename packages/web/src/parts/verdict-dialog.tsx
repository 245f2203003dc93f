import type { VerdictKind } from '@cordon/contract';
import { type KeyboardEvent, useId, useState } from 'react';
import { ReasonDialog } from './reason-dialog.tsx';

const VERDICTS: readonly { readonly kind: VerdictKind; readonly text: string }[] = [
  { kind: 'true_positive', text: 'True positive: a genuine threat' },
  { kind: 'benign', text: 'Benign: it happened, and it was meant to' },
  { kind: 'false_positive', text: 'False positive: it did not happen as told' },
  { kind: 'duplicate', text: 'Duplicate: it is handled elsewhere' },
  { kind: 'insufficient_data', text: 'Insufficient data: it cannot be told' },
];

/** Asks for a verdict and its reason; the keys 1 to 5 choose the verdict. */
export function VerdictDialog({
  title,
  onSubmit,
  onClose,
}: {
  readonly title: string;
  readonly onSubmit: (verdict: VerdictKind, reason: string) => Promise<unknown>;
  readonly onClose: () => void;
}) {
  const name = useId();
  const [verdict, setVerdict] = useState<VerdictKind>('true_positive');
  const choose = (event: KeyboardEvent) => {
    const chosen = VERDICTS[Number(event.key) - 1];
    if (chosen) setVerdict(chosen.kind);
  };
  return (
    <ReasonDialog
      title={title}
      verb="Close"
      onClose={onClose}
      onSubmit={(reason) => onSubmit(verdict, reason)}
    >
      <fieldset className="verdicts" onKeyDown={choose}>
        <legend>Verdict</legend>
        {VERDICTS.map(({ kind, text }, index) => (
          <label key={kind}>
            <input
              type="radio"
              name={name}
              value={kind}
              checked={verdict === kind}
              onChange={() => setVerdict(kind)}
              {...(index === 0 && { 'data-first': true })}
            />
            <span className="grow">{text}</span>
            <kbd>{index + 1}</kbd>
          </label>
        ))}
      </fieldset>
    </ReasonDialog>
  );
}
