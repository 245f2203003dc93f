import type { NewPushSource, SourceItem } from '@cordon/contract';
import { type FormEvent, useState } from 'react';
import { Snippet } from '../../parts/copy.tsx';
import { ErrorBox, Loaded } from '../../parts/states.tsx';
import { useMe } from '../../session.ts';
import { useSources } from '../sources/sources.data.ts';
import { useCreatePushSource } from './add-source.data.ts';
import { FirstEvent } from './first-event.tsx';
import { SENDERS, type Sender } from './senders.ts';
import '../sources/sources.css';

/** Choose what sends, paste what it needs, watch the first event arrive. */
export function AddSource() {
  const [sender, setSender] = useState<Sender>();
  return (
    <div className="stack" style={{ gap: '16px' }}>
      <section className="panel" aria-labelledby="sender-title">
        <header>
          <h2 id="sender-title">1. What sends?</h2>
        </header>
        <div className="body senders">
          {SENDERS.map((one) => (
            <button
              key={one.id}
              type="button"
              className="choice"
              aria-pressed={one.id === sender?.id}
              onClick={() => setSender(one)}
            >
              <strong>{one.title}</strong>
            </button>
          ))}
        </div>
      </section>
      {sender?.way === 'push' ? <PushWay key={sender.id} sender={sender} /> : null}
      {sender?.way === 'syslog' ? <SyslogWay key={sender.id} sender={sender} /> : null}
    </div>
  );
}

function Paste({ sender, text }: { readonly sender: Sender; readonly text: string }) {
  return (
    <section className="panel" aria-labelledby="paste-title">
      <header>
        <h2 id="paste-title">2. Paste this</h2>
        <span className="muted small">{sender.place}</span>
      </header>
      <div className="body">
        <Snippet label={`the lines for ${sender.title}`} text={text} />
      </div>
    </section>
  );
}

function PushWay({ sender }: { readonly sender: Sender }) {
  const [made, setMade] = useState<NewPushSource>();
  if (!made) return <NameForm sender={sender} onMade={setMade} />;
  const { id, token } = made;
  const text = sender.text({ origin: window.location.origin, sourceId: id, token });
  return (
    <>
      <Paste sender={sender} text={text} />
      <p className="small warn">▲ The token is shown only now; keep what you paste.</p>
      <FirstEvent sourceId={id} />
    </>
  );
}

function NameForm({
  sender,
  onMade,
}: {
  readonly sender: Sender;
  readonly onMade: (made: NewPushSource) => void;
}) {
  const [id, setId] = useState(`${sender.id}-1`);
  const create = useCreatePushSource();
  const isAdministrator = useMe().data?.role === 'administrator';
  const submit = (event: FormEvent) => {
    event.preventDefault();
    create.mutate({ id, title: `${sender.title} (${id})` }, { onSuccess: onMade });
  };
  return (
    <section className="panel" aria-labelledby="name-title">
      <header>
        <h2 id="name-title">2. Name it</h2>
        <span className="muted small">
          it gets a token of its own, at once and over restarts; no file is edited
        </span>
      </header>
      <form className="body stack" onSubmit={submit}>
        <ErrorBox error={create.error} />
        <div className="row">
          <label htmlFor="source-id">Name</label>
          <input
            id="source-id"
            className="input"
            style={{ width: '220px' }}
            required
            maxLength={64}
            pattern="[a-z0-9][a-z0-9\-]*"
            title="Small letters, digits and -"
            value={id}
            onChange={(event) => setId(event.target.value)}
          />
          <button
            type="submit"
            className="button primary"
            disabled={create.isPending || !isAdministrator}
          >
            Create
          </button>
        </div>
        {isAdministrator ? null : (
          <p className="muted small">An administrator has to make the token.</p>
        )}
      </form>
    </section>
  );
}

const isSyslog = (item: SourceItem): boolean => item.kind === 'syslog' && item.where !== undefined;

function SyslogWay({ sender }: { readonly sender: Sender }) {
  const query = useSources();
  const [chosen, setChosen] = useState<string>();
  return (
    <Loaded query={query} what="the sources">
      {({ items }) => {
        const listening = items.filter(isSyslog);
        const item = listening.find(({ id }) => id === chosen) ?? listening[0];
        if (!item) return <NoSyslog />;
        const text = sender.text({
          origin: window.location.origin,
          sourceId: item.id,
          token: '',
          syslog: { host: window.location.hostname, port: portOf(item), isUdp: isUdp(item) },
        });
        return (
          <>
            {listening.length > 1 ? (
              <div className="row">
                <label htmlFor="syslog-source">To</label>
                <select
                  id="syslog-source"
                  className="input"
                  value={item.id}
                  onChange={(event) => setChosen(event.target.value)}
                >
                  {listening.map(({ id, title, where }) => (
                    <option key={id} value={id}>
                      {title} ({where})
                    </option>
                  ))}
                </select>
              </div>
            ) : null}
            <Paste sender={sender} text={text} />
            <FirstEvent key={item.id} sourceId={item.id} />
          </>
        );
      }}
    </Loaded>
  );
}

const SYSLOG_CONFIG = `sources:
  - id: syslog
    kind: syslog
    transport: tcp
    host: 0.0.0.0
    port: 5514`;

/** Listening on a port of the network is a decision for the configuration. */
function NoSyslog() {
  return (
    <section className="panel" aria-labelledby="no-syslog-title">
      <header>
        <h2 id="no-syslog-title">2. Let Cordon listen for syslog</h2>
        <span className="muted small">cordon.yml, then start Cordon again</span>
      </header>
      <div className="body stack">
        <p>
          No syslog source listens yet. A port that is open to the network is a decision for the
          configuration file, so add this to it; Filebeat, Vector, Fluent Bit and curl need nothing.
        </p>
        <Snippet label="the lines for cordon.yml" text={SYSLOG_CONFIG} />
      </div>
    </section>
  );
}

const isUdp = (item: SourceItem): boolean => (item.where ?? '').startsWith('udp');
const portOf = (item: SourceItem): string =>
  /:(\d+)(?!.*:\d)/.exec(item.where ?? '')?.[1] ?? '5514';
