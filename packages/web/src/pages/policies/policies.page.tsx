import { Empty, Loaded } from '../../parts/states.tsx';
import { AutomationPanel } from './automation-panel.tsx';
import './policies.css';
import { useAutomations } from './policies.data.ts';

/** How far automations may go by themselves, and what that rests on. */
export function PoliciesPage() {
  return (
    <div className="page policies">
      <div className="page-head">
        <h1>Policies</h1>
      </div>
      <p className="muted">
        In the shadow an automation records what it would have done and does nothing. People’s
        verdicts on its incidents say how often it was right; a person makes it live when that is
        often enough, and it falls back by itself when it drifts.
      </p>
      <Loaded query={useAutomations()} what="the automations">
        {({ items }) =>
          items.length === 0 ? (
            <Empty title="No playbook starts by itself" />
          ) : (
            items.map((one) => <AutomationPanel key={one.playbook_id} automation={one} />)
          )
        }
      </Loaded>
    </div>
  );
}
