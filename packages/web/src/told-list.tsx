import type { MatterView, NotificationView } from '@cordon/contract';
import { useMutation } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { api, queryClient } from './api.ts';
import { Ago, At, PriorityMark } from './parts/marks.tsx';
import { ErrorBox } from './parts/states.tsx';
import './told-list.css';

const TONE: Readonly<Record<MatterView['status'], string>> = {
  open: 'warn',
  told: '',
  acknowledged: 'ok',
  unanswered: 'bad',
  over: '',
};
const WORDS: Readonly<Record<MatterView['status'], string>> = {
  open: 'Waits',
  told: 'Told',
  acknowledged: 'Answered',
  unanswered: 'Nobody answered',
  over: 'Over',
};
const SENT: Readonly<Record<NotificationView['status'], string>> = {
  planned: 'will be told',
  sending: 'is being told',
  delivered: 'told',
  failed: 'not reached',
  withdrawn: 'not told, it was over',
};
const ANSWERS = {
  acknowledged: 'took it',
  escalated: 'did not answer',
  expired: 'no answer needed any more',
} as const;

/** What people were told of: who was told by what, and who answered. */
export function ToldList({ matters }: { readonly matters: readonly MatterView[] }) {
  const take = useMutation({
    mutationFn: (id: string) => api.acknowledgeMatter({ params: { id } }),
    onSettled: () => queryClient.invalidateQueries({ queryKey: ['matters'] }),
  });
  return (
    <>
      <ErrorBox error={take.error} />
      <ul className="told">
        {matters.map((matter) => (
          <li key={matter.id}>
            <div className="row">
              <PriorityMark level={matter.priority} />
              <span className={`pill ${TONE[matter.status]}`}>{WORDS[matter.status]}</span>
              <MatterTitle matter={matter} />
              {matter.status === 'open' || matter.status === 'unanswered' ? (
                <button
                  type="button"
                  className="button"
                  disabled={take.isPending}
                  aria-label={`I have it: ${matter.title}`}
                  onClick={() => take.mutate(matter.id)}
                >
                  I have it
                </button>
              ) : null}
            </div>
            <p className="muted small">{matter.text}</p>
            <ol>
              {matter.told.map((one) => (
                <ToldRow key={one.id} one={one} />
              ))}
            </ol>
          </li>
        ))}
      </ul>
    </>
  );
}

function MatterTitle({ matter }: { readonly matter: MatterView }) {
  return (
    <span className="grow">
      {matter.incident_id ? (
        <Link to="/incidents/$id" params={{ id: matter.incident_id }}>
          {matter.title}
        </Link>
      ) : (
        matter.title
      )}{' '}
      <span className="muted small">
        <Ago time={matter.opened_at} />
      </span>
    </span>
  );
}

function ToldRow({ one }: { readonly one: NotificationView }) {
  const [item] = one.items;
  return (
    <li>
      <span className="strong">{one.person.name}</span>{' '}
      <span className={one.status === 'failed' ? 'bad' : ''}>{SENT[one.status]}</span>
      {one.channel ? ` by ${one.channel}` : ''}{' '}
      {one.at ? (
        <span className="muted">
          <At time={one.at} />
        </span>
      ) : null}
      {item?.answer ? (
        <span className={item.answer === 'acknowledged' ? 'ok' : 'muted'}>
          , {ANSWERS[item.answer]}
          {item.answered_at && item.answer === 'acknowledged' ? (
            <>
              {' '}
              <At time={item.answered_at} />
            </>
          ) : null}
        </span>
      ) : null}
      <details className="small">
        <summary>Why {one.person.name}?</summary>
        <p>{item?.why.join(' ')}</p>
        {one.attempts.map((attempt) => (
          <p key={attempt.at + attempt.channel} className="muted">
            <At time={attempt.at} /> {attempt.channel}: {attempt.text}
          </p>
        ))}
      </details>
    </li>
  );
}
