import { Link } from '@tanstack/react-router';
import { useId, useState } from 'react';
import { counted } from '../../parts/format.ts';
import { ErrorBox } from '../../parts/states.tsx';
import { useWriteRule } from './hunt.data.ts';

/** Puts a rule in force that a hunt was made into, with cases of what the hunt finds. */
export function KeepRule({ q, text }: { readonly q: string; readonly text: string }) {
  const id = useId();
  const [reason, setReason] = useState('');
  const [isShadow, setShadow] = useState(true);
  const write = useWriteRule();
  if (write.data) {
    const { rule_id, must_fire, must_not_fire } = write.data;
    return (
      <p role="status">
        <Link to="/rules" search={{ rule: rule_id }}>
          The rule is in force
        </Link>
        , with {counted(must_fire, 'case')} of what it finds and {must_not_fire} of what it leaves
        alone.
      </p>
    );
  }
  return (
    <form
      className="stack"
      onSubmit={(event) => {
        event.preventDefault();
        write.mutate({ text, q, is_shadow: isShadow, reason });
      }}
    >
      <div className="field">
        <label htmlFor={`${id}-reason`}>Why it is wanted</label>
        <input
          id={`${id}-reason`}
          className="input"
          required
          maxLength={500}
          value={reason}
          onChange={(event) => setReason(event.target.value)}
        />
      </div>
      <label className="row">
        <input
          type="checkbox"
          checked={isShadow}
          onChange={(event) => setShadow(event.target.checked)}
        />
        Only record when it fires, at first
      </label>
      <div className="row">
        <button type="submit" className="button primary" disabled={write.isPending}>
          Put it in force
        </button>
      </div>
      <ErrorBox error={write.error} />
    </form>
  );
}
