import type { ConnectorActionView, ConnectorView } from '@cordon/contract';
import { Ago } from '../../parts/marks.tsx';
import { ErrorBox } from '../../parts/states.tsx';
import { useMayAct } from '../../session.ts';
import { useTestConnector } from './connectors.data.ts';

const TRIED: Readonly<Record<string, string>> = {
  product: 'tried against the product itself',
  emulator: 'tried against an emulator of its documented behaviour',
  schema: 'not tried against anything',
  sandbox: 'inside Cordon alone; touches nothing outside',
};

/** One product with its verbs, scopes, test and last outcome. */
export function ConnectorRow({ connector }: { readonly connector: ConnectorView }) {
  const test = useTestConnector();
  const mayAct = useMayAct();
  const { id, title, tried, actions, scopes } = connector;
  return (
    <tr>
      <td>
        <div className="strong">{title}</div>
        <div className="muted small mono">{id}</div>
        <div className="muted small">{TRIED[tried] ?? tried}</div>
      </td>
      <td data-label="What it can do">
        <ul className="plain">
          {actions.map((action) => (
            <ActionLine key={action.verb} action={action} />
          ))}
        </ul>
      </td>
      <td data-label="What it must be allowed to do">
        {scopes.length === 0 ? <span className="muted">–</span> : null}
        <ul className="plain">
          {scopes.map((scope) => (
            <li key={scope.name}>
              <span className="mono small">{scope.name}</span> <Granted scope={scope} />
            </li>
          ))}
        </ul>
      </td>
      <td data-label="How it went">
        <Went connector={connector} />
      </td>
      <td className="num">
        {mayAct && connector.can_be_tested ? (
          <button
            type="button"
            className="button"
            disabled={test.isPending}
            aria-label={`Test ${title}`}
            onClick={() => test.mutate(id)}
          >
            {test.isPending ? 'Testing…' : 'Test'}
          </button>
        ) : null}
        <ErrorBox error={test.error} />
      </td>
    </tr>
  );
}

function ActionLine({ action }: { readonly action: ConnectorActionView }) {
  const notes = [
    action.is_seen ? '' : 'cannot be seen',
    action.ended_by === 'product' ? 'ends by itself' : '',
    action.class === 'evict' ? 'nothing takes it back' : '',
  ].filter((note) => note !== '');
  return (
    <li>
      <span className="mono small">{action.verb}</span>
      {notes.length > 0 ? <span className="muted small"> {notes.join(', ')}</span> : null}
    </li>
  );
}

function Granted({ scope }: { readonly scope: ConnectorView['scopes'][number] }) {
  if (scope.is_granted === undefined) return null;
  return scope.is_granted ? (
    <span className="pill ok">granted</span>
  ) : (
    <span className="pill bad">missing</span>
  );
}

function Went({ connector }: { readonly connector: ConnectorView }) {
  const { test, last_success: success, last_failure: failure } = connector;
  if (!test && !success && !failure) return <span className="muted">Nothing yet.</span>;
  return (
    <ul className="plain">
      {test ? (
        <li>
          <span className={`pill ${test.problem ? 'bad' : 'ok'}`}>
            {test.problem ? 'test failed' : 'test passed'}
          </span>{' '}
          <Ago time={test.at} />
          <div className="small">{test.text}</div>
        </li>
      ) : null}
      {success ? <Outcome word="last done" of={success} /> : null}
      {failure ? <Outcome word="last failed" of={failure} /> : null}
    </ul>
  );
}

function Outcome(of: {
  readonly word: string;
  readonly of: NonNullable<ConnectorView['last_success']>;
}) {
  return (
    <li>
      {of.word} <Ago time={of.of.at} />
      <div className="muted small">{of.of.text}</div>
    </li>
  );
}
