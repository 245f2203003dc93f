import type { SourceItem } from '@cordon/contract';
import { type FormEvent, useState } from 'react';
import { Snippet } from '../../parts/copy.tsx';
import { count } from '../../parts/format.ts';
import { ErrorBox, Loaded } from '../../parts/states.tsx';
import { useArrivals, useCreatePushSource } from './welcome.data.ts';

const arrived = (items: readonly SourceItem[]): number =>
  items.reduce(
    (sum, { totals }) =>
      sum + totals.parsed + totals.unparsed + totals.skipped + totals.dead_letter,
    0,
  );

/** Snippets to send the first records with, and a counter of what arrives. */
export function ConnectSource() {
  const query = useArrivals();
  const [before, setBefore] = useState<number>();
  const total = query.data ? arrived(query.data.items) : undefined;
  if (before === undefined && total !== undefined) setBefore(total);
  const news = total === undefined || before === undefined ? 0 : total - before;
  return (
    <section className="panel" aria-labelledby="connect-title">
      <header>
        <h2 id="connect-title">Connect a source</h2>
        <span className={`pill ${news > 0 ? 'ok' : ''}`} role="status">
          {news > 0 ? `${count(news)} records arrived ✓` : 'Waiting for records…'}
        </span>
      </header>
      <div className="body stack">
        <Loaded query={query} what="the sources">
          {(list) => <SyslogSnippets items={list.items} />}
        </Loaded>
        <h3>HTTP push</h3>
        <PushSource />
      </div>
    </section>
  );
}

function SyslogSnippets({ items }: { readonly items: readonly SourceItem[] }) {
  const listening = items.filter((item) => item.where && /syslog|udp|tcp/.test(item.kind));
  if (listening.length === 0) {
    return (
      <p className="muted">
        No syslog source is configured. Add one under <code>sources</code> in the configuration, or
        use HTTP push, which needs nothing.
      </p>
    );
  }
  return listening.map((item) => (
    <div key={item.id} className="stack tight">
      <h3>{item.title}</h3>
      <p className="muted small">
        Listens on <code>{item.where}</code>. Send a first line, then point rsyslog at it:
      </p>
      <Snippet label={`the command for ${item.title}`} text={loggerLine(item)} />
      <Snippet label={`the rsyslog line for ${item.title}`} text={rsyslogLine(item)} />
    </div>
  ));
}

const isUdp = (item: SourceItem): boolean => /udp/i.test(`${item.kind} ${item.where}`);
const port = (item: SourceItem): string => /:(\d+)(?!.*:\d)/.exec(item.where ?? '')?.[1] ?? '5514';
const host = (): string => window.location.hostname;
const loggerLine = (item: SourceItem): string =>
  `logger --server ${host()} --port ${port(item)} ${isUdp(item) ? '--udp' : '--tcp'} "hello from $(hostname)"`;
const rsyslogLine = (item: SourceItem): string =>
  `*.* ${isUdp(item) ? '@' : '@@'}${host()}:${port(item)};RSYSLOG_SyslogProtocol23Format`;

function PushSource() {
  const [id, setId] = useState('my-app');
  const create = useCreatePushSource();
  const submit = (event: FormEvent) => {
    event.preventDefault();
    create.mutate({ id, title: id });
  };
  if (create.data) {
    const { token, path } = create.data;
    const text = `curl -X POST ${window.location.origin}${path} \\\n  -H 'Authorization: Bearer ${token}' \\\n  -H 'Content-Type: text/plain' \\\n  --data-binary @/var/log/auth.log`;
    return (
      <div className="stack tight">
        <p className="small warn">The token is shown only now.</p>
        <Snippet label="the curl command" text={text} />
      </div>
    );
  }
  return (
    <form className="stack" onSubmit={submit}>
      <ErrorBox error={create.error} />
      <div className="row">
        <label htmlFor="push-id">Name</label>
        <input
          id="push-id"
          className="input"
          style={{ width: '220px' }}
          required
          maxLength={64}
          pattern="[a-z0-9][a-z0-9\-]*"
          title="Small letters, digits and -"
          value={id}
          onChange={(event) => setId(event.target.value)}
        />
        <button type="submit" className="button" disabled={create.isPending}>
          Create token
        </button>
      </div>
    </form>
  );
}
