import type { RuleDetail, RuleMode } from '@cordon/contract';
import { useState } from 'react';
import { ReasonDialog } from '../../parts/reason-dialog.tsx';
import { useToast } from '../../parts/toast.tsx';
import { ruleActs } from './rules.data.ts';
import { SuppressDialog } from './suppress-dialog.tsx';

const MODES: readonly (readonly [RuleMode, string, string])[] = [
  ['on', 'On', 'It alerts.'],
  ['shadow', 'Shadow', 'It is recorded when it fires and never alerts.'],
  ['off', 'Off', 'It is not asked at all.'],
];

type Asked =
  | { readonly kind: 'mode'; readonly mode: RuleMode }
  | { readonly kind: 'suppress' | 'lift' };

/** Switches for one rule; each asks why and can be undone. */
export function RuleActs({ rule }: { readonly rule: RuleDetail }) {
  const [asked, setAsked] = useState<Asked>();
  const close = () => setAsked(undefined);
  return (
    <div className="row wrap">
      <fieldset className="toggles">
        <legend className="sr">How it runs</legend>
        {MODES.map(([mode, word, text]) => (
          <button
            key={mode}
            type="button"
            className="toggle"
            title={text}
            aria-pressed={rule.mode === mode}
            onClick={() => rule.mode !== mode && setAsked({ kind: 'mode', mode })}
          >
            {word}
          </button>
        ))}
      </fieldset>
      <button type="button" className="button" onClick={() => setAsked({ kind: 'suppress' })}>
        Suppress…
      </button>
      {rule.quarantine ? (
        <button type="button" className="button" onClick={() => setAsked({ kind: 'lift' })}>
          Ask it again…
        </button>
      ) : null}
      {asked?.kind === 'mode' ? <ModeDialog rule={rule} mode={asked.mode} onClose={close} /> : null}
      {asked?.kind === 'suppress' ? <SuppressDialog rule={rule} onClose={close} /> : null}
      {asked?.kind === 'lift' ? (
        <ReasonDialog
          title="Ask the rule again?"
          verb="Ask it again"
          onSubmit={(reason) => ruleActs.lift(rule.id, reason)}
          onClose={close}
        />
      ) : null}
    </div>
  );
}

function ModeDialog({
  rule,
  mode,
  onClose,
}: {
  readonly rule: RuleDetail;
  readonly mode: RuleMode;
  readonly onClose: () => void;
}) {
  const say = useToast();
  const [, word = '', text = ''] = MODES.find(([one]) => one === mode) ?? [];
  const submit = async (reason: string) => {
    const before = rule.mode;
    await ruleActs.setMode(rule.id, mode, reason);
    say(`${rule.title}: ${word.toLowerCase()}`, () =>
      ruleActs.setMode(rule.id, before, `Undone: ${reason}`),
    );
  };
  return (
    <ReasonDialog
      title={`Set to ${word.toLowerCase()}?`}
      verb={`Set to ${word.toLowerCase()}`}
      onSubmit={submit}
      onClose={onClose}
    >
      <p className="muted">{text}</p>
    </ReasonDialog>
  );
}
