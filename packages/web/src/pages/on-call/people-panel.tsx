import type { NotificationView, OnCallView } from '@cordon/contract';
import { ErrorBox } from '../../parts/states.tsx';
import { useTest } from './on-call.data.ts';

/** Everybody with their channels, the pages they had of their budget, and a test. */
export function PeoplePanel({ onCall }: { readonly onCall: OnCallView }) {
  const { send, sent } = useTest();
  return (
    <section className="panel" aria-labelledby="people-title">
      <header>
        <h2 id="people-title">People</h2>
      </header>
      <ErrorBox error={send.error} />
      {sent.data ? <TestResult one={sent.data} /> : null}
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: a region that scrolls must be reachable by keyboard */}
      <section className="scroll-x" tabIndex={0} aria-label="Table of people">
        <table className="table stacked">
          <thead>
            <tr>
              <th>Person</th>
              <th>Pages come by</th>
              <th className="num">Pages of the budget</th>
              <th>
                <span className="sr">Send a test</span>
              </th>
            </tr>
          </thead>
          <tbody>
            {onCall.people.map((person) => (
              <tr key={person.id}>
                <td>
                  <div className="strong">{person.name}</div>
                  <div className="muted small">{person.time_zone}</div>
                </td>
                <td data-label="Pages come by">{person.channels.join(', then ')}</td>
                <td className="num" data-label="Pages of the budget">
                  <span className={person.pages >= person.page_budget.pages ? 'warn' : ''}>
                    {person.pages} of {person.page_budget.pages}
                  </span>{' '}
                  <span className="muted small">in {person.page_budget.hours} h</span>
                </td>
                <td>
                  <button
                    type="button"
                    className="button"
                    disabled={send.isPending}
                    aria-label={`Send a test to ${person.name}`}
                    onClick={() => send.mutate({ person_id: person.id })}
                  >
                    Send a test
                  </button>
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      </section>
    </section>
  );
}

const SAID: Readonly<Record<NotificationView['status'], string>> = {
  planned: 'on its way',
  sending: 'on its way',
  delivered: 'taken',
  failed: 'taken by no channel',
  withdrawn: 'withdrawn',
};

function TestResult({ one }: { readonly one: NotificationView }) {
  const last = one.attempts.at(-1);
  return (
    <p className="body small" role="status">
      The test for {one.person.name}: {SAID[one.status]}
      {last ? ` (${last.channel}: ${last.text})` : ''}
    </p>
  );
}
