import type { ConnectorView } from '@cordon/contract';
import { Empty, Loaded } from '../../parts/states.tsx';
import { ConnectorRow } from './connector-row.tsx';
import './connectors.css';
import { useConnectors } from './connectors.data.ts';

/** What Cordon can act on: whether it really can, what it may do there, and what came of the last call. */
export function ConnectorsPage() {
  const connectors = useConnectors();
  return (
    <div className="page connectors">
      <div className="page-head">
        <h1>Connectors</h1>
        <span className="muted small">what Cordon can act on</span>
      </div>
      <Loaded query={connectors} what="the connectors">
        {({ items }) => (
          <>
            <Connectors title="In use" items={items.filter((one) => one.is_configured)} />
            <Connectors title="Not in use" items={items.filter((one) => !one.is_configured)} />
          </>
        )}
      </Loaded>
    </div>
  );
}

function Connectors({
  title,
  items,
}: {
  readonly title: string;
  readonly items: readonly ConnectorView[];
}) {
  return (
    <section className="panel" aria-label={title}>
      <header>
        <h2>{title}</h2>
      </header>
      {items.length === 0 ? (
        <Empty title="None">
          <span>
            Name one under <code>response.connectors</code> in cordon.yml.
          </span>
        </Empty>
      ) : (
        // biome-ignore lint/a11y/noNoninteractiveTabindex: a region that scrolls must be reachable by keyboard
        <section className="scroll-x" tabIndex={0} aria-label={`Connectors: ${title}`}>
          <table className="table stacked">
            <thead>
              <tr>
                <th>Product</th>
                <th>What it can do</th>
                <th>What it must be allowed to do</th>
                <th>How it went</th>
                <th className="num">
                  <span className="sr">Acts</span>
                </th>
              </tr>
            </thead>
            <tbody>
              {items.map((connector) => (
                <ConnectorRow key={connector.id} connector={connector} />
              ))}
            </tbody>
          </table>
        </section>
      )}
    </section>
  );
}
