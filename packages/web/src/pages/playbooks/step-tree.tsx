import { DEFAULT_AT_MOST, type Playbook, printDuration, type Step } from '@cordon/core';

/** A playbook as nested boxes: what stands inside what, in the order in which it is walked. */
export function StepTree({ playbook }: { readonly playbook: Playbook }) {
  return (
    <div className="step-tree">
      <p className="step-start">{playbook.on ? `when ${playbook.on}` : 'Started by hand'}</p>
      {playbook.each ? (
        <p className="step-start">
          for each of {playbook.each}, at most {playbook.atMost ?? DEFAULT_AT_MOST} without asking
        </p>
      ) : null}
      <StepList steps={playbook.steps} />
      {playbook.onFailure.length > 0 ? (
        <Block title="if a step fails" steps={playbook.onFailure} kind="rescue" />
      ) : null}
    </div>
  );
}

function StepList({ steps }: { readonly steps: readonly Step[] }) {
  if (steps.length === 0) return <p className="muted small">Nothing; it goes on.</p>;
  return (
    <ol className="steps">
      {steps.map((step) => (
        <li key={step.id} className={`step step-${step.kind}`}>
          <StepHead step={step} />
          <StepBody step={step} />
          {step.onFailure ? (
            <Block title="if it fails" steps={step.onFailure} kind="rescue" />
          ) : null}
        </li>
      ))}
    </ol>
  );
}

function Block(of: {
  readonly title: string;
  readonly steps: readonly Step[];
  readonly kind?: string;
}) {
  return (
    <div className={`step-block ${of.kind ?? ''}`}>
      <p className="small muted">{of.title}</p>
      <StepList steps={of.steps} />
    </div>
  );
}

function StepHead({ step }: { readonly step: Step }) {
  const notes = listNotes(step);
  return (
    <p className="step-head">
      <strong className="mono">{toTitle(step)}</strong>
      {notes.map((note) => (
        <span key={note} className="muted small">
          {note}
        </span>
      ))}
    </p>
  );
}

function toTitle(step: Step): string {
  switch (step.kind) {
    case 'do':
      return step.verb;
    case 'when':
      return `when ${step.condition}`;
    case 'switch':
      return `switch ${step.of}`;
    case 'each':
      return `each ${step.list}`;
    case 'while':
      return `while ${step.condition}`;
    case 'parallel':
      return 'side by side';
    case 'call':
      return `call ${step.playbook}`;
    case 'ask':
      return step.question;
    case 'wait':
      return step.until ? `wait until ${step.until}` : 'wait';
    case 'stop':
      return `stop: ${step.text}`;
  }
}

function listNotes(step: Step): readonly string[] {
  const limit = step.timeoutMs ? [`at most ${printDuration(step.timeoutMs)}`] : [];
  if (step.kind === 'do') {
    return [
      ...(step.ttlMs ? [`for ${printDuration(step.ttlMs)}`] : []),
      ...(step.approval ? ['asks first'] : []),
      ...(step.ttlMs ? [`undo ${step.undo}`] : []),
      ...limit,
    ];
  }
  if (step.kind === 'ask') return [step.of ?? 'a person', printDuration(step.expiresMs)];
  if (step.kind === 'wait') return [printDuration(step.forMs)];
  if (step.kind === 'each' || step.kind === 'while') return [`at most ${step.most}`, ...limit];
  return limit;
}

function StepBody({ step }: { readonly step: Step }) {
  switch (step.kind) {
    case 'do':
      return step.reason ? <p className="small muted">{step.reason}</p> : null;
    case 'when':
      return (
        <>
          <Block title="then" steps={step.steps} />
          {step.otherwise.length > 0 ? <Block title="else" steps={step.otherwise} /> : null}
        </>
      );
    case 'switch':
      return (
        <>
          {step.cases.map(({ value, steps }) => (
            <Block key={value} title={`is ${value}`} steps={steps} />
          ))}
          {step.otherwise.length > 0 ? <Block title="else" steps={step.otherwise} /> : null}
        </>
      );
    case 'each':
    case 'while':
      return <Block title="each round" steps={step.steps} />;
    case 'parallel':
      return (
        <div className="step-branches">
          {step.branches.map((steps, at) => (
            // biome-ignore lint/suspicious/noArrayIndexKey: branches have no name but their place.
            <Block key={at} title={`branch ${at + 1}`} steps={steps} />
          ))}
        </div>
      );
    default:
      return null;
  }
}
