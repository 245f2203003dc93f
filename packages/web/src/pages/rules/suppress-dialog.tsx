import type { RuleDetail } from '@cordon/contract';
import { useId, useState } from 'react';
import { ReasonDialog } from '../../parts/reason-dialog.tsx';
import { useToast } from '../../parts/toast.tsx';
import { useMe } from '../../session.ts';
import { ruleActs } from './rules.data.ts';

const HOUR_MS = 3_600_000;
const SPANS: readonly (readonly [string, number])[] = [
  ['1 hour', 1],
  ['8 hours', 8],
  ['1 day', 24],
  ['7 days', 168],
  ['30 days', 720],
];
const KINDS = ['ip', 'host', 'user', 'process', 'domain', 'url', 'file'];

/** Keeps a rule's signals from alerting: for whom, for how long, and who answers for it. */
export function SuppressDialog({
  rule,
  onClose,
}: {
  readonly rule: RuleDetail;
  readonly onClose: () => void;
}) {
  const id = useId();
  const say = useToast();
  const me = useMe();
  const [owner, setOwner] = useState(me.data?.name ?? '');
  const [hours, setHours] = useState(24);
  const [kind, setKind] = useState('');
  const [value, setValue] = useState('');
  const submit = async (reason: string) => {
    const made = await ruleActs.suppress(rule.id, {
      owner,
      reason,
      expires_at: new Date(Date.now() + hours * HOUR_MS).toISOString(),
      ...(kind && value ? { entity: { kind, id: value } } : {}),
    });
    say(`${rule.title} is suppressed`, () =>
      ruleActs.endSuppression(rule.id, made.id, `Undone: ${reason}`),
    );
  };
  return (
    <ReasonDialog title="Suppress the rule" verb="Suppress" onSubmit={submit} onClose={onClose}>
      <p className="muted">
        What it hides is counted and listed. It ends by itself; the rule alerts again then.
      </p>
      <div className="field">
        <label htmlFor={`${id}-owner`}>Owner</label>
        <input
          id={`${id}-owner`}
          className="input"
          required
          maxLength={200}
          value={owner}
          onChange={(event) => setOwner(event.target.value)}
        />
      </div>
      <div className="field">
        <label htmlFor={`${id}-span`}>For</label>
        <select
          id={`${id}-span`}
          className="input"
          value={hours}
          onChange={(event) => setHours(Number(event.target.value))}
        >
          {SPANS.map(([text, length]) => (
            <option key={length} value={length}>
              {text}
            </option>
          ))}
        </select>
      </div>
      <fieldset className="field plain-set">
        <legend>Only where it speaks of</legend>
        <div className="row">
          <select
            className="input narrow"
            aria-label="Kind of entity"
            value={kind}
            onChange={(event) => setKind(event.target.value)}
          >
            <option value="">anything</option>
            {KINDS.map((one) => (
              <option key={one} value={one}>
                {one}
              </option>
            ))}
          </select>
          {kind ? (
            <input
              className="input grow mono"
              aria-label="Which one"
              required
              maxLength={1_000}
              value={value}
              onChange={(event) => setValue(event.target.value)}
            />
          ) : null}
        </div>
      </fieldset>
    </ReasonDialog>
  );
}
