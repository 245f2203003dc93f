import { Link } from '@tanstack/react-router';
import { useState } from 'react';
import { ErrorBox } from '../../parts/states.tsx';
import { AddSource } from '../add-source/add-source.tsx';
import { useDemo, useStartDemo } from './welcome.data.ts';

/** Where to begin: the demo attack or one's own data. */
export function WelcomePage() {
  const [choice, setChoice] = useState<'demo' | 'source'>();
  const demo = useDemo();
  const start = useStartDemo();
  const play = () => {
    setChoice('demo');
    if (!demo.data?.playing) start.mutate();
  };
  return (
    <div className="page">
      <div className="page-head">
        <h1>Where do you want to begin?</h1>
        <Link to="/" className="button quiet">
          Go to the overview
        </Link>
      </div>
      <div className="choices">
        <button
          type="button"
          className="choice"
          aria-pressed={choice === 'demo'}
          onClick={play}
          disabled={demo.data?.available === false}
        >
          <strong>Try the demo attack</strong>
          <span className="muted">
            Plays a bundled intrusion through the real pipeline: records, alerts, one incident, its
            origin, and a response you can approve and undo.
          </span>
        </button>
        <button
          type="button"
          className="choice"
          aria-pressed={choice === 'source'}
          onClick={() => setChoice('source')}
        >
          <strong>Connect my first source</strong>
          <span className="muted">
            Syslog over TCP or UDP, or HTTP push. Cordon observes and changes nothing until you
            allow it.
          </span>
        </button>
      </div>
      <ErrorBox error={start.error ?? demo.error} />
      {demo.data?.playing || choice === 'demo' ? (
        <section className="panel" aria-labelledby="demo-title">
          <header>
            <h2 id="demo-title">{demo.data?.playing ? 'The attack is playing' : 'Demo attack'}</h2>
            <span className="muted">{demo.data?.records ?? 0} records</span>
          </header>
          <div className="body stack">
            <progress
              aria-label="Progress of the demo"
              max={1}
              value={demo.data?.fraction ?? 0}
              style={{ width: '100%' }}
            />
            <Link to="/incidents" className="button primary" style={{ justifySelf: 'start' }}>
              Watch the incidents
            </Link>
          </div>
        </section>
      ) : null}
      {choice === 'source' ? <AddSource /> : null}
    </div>
  );
}
