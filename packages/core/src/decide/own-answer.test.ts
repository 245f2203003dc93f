import { describe, expect, it } from 'vitest';
import { createDecider } from './create-decider.ts';
import { at, bruteForce, decide } from './fixtures/signals.ts';
import { ownAnswerKind } from './own-answer.ts';

const by = { actor: 'cordon', at: at(90) };
const ACCOUNT = 'root';

/** A decider with one incident about the account, and what it was worth before. */
function begin() {
  const decider = createDecider();
  const { incidents } = decide(decider, [bruteForce('203.0.113.7', 0)]);
  const [incident] = incidents;
  if (!incident) throw new Error('there is an incident');
  return { decider, incident };
}

describe('what the affected person says', () => {
  it.each([
    { isConfirmed: false, nats: 3 },
    { isConfirmed: true, nats: -2 },
  ])('moves the score by exactly its share: confirmed $isConfirmed', ({ isConfirmed, nats }) => {
    const { decider, incident } = begin();
    const given = { incidentId: incident.id, account: ACCOUNT, isConfirmed };
    const done = decider.act({ kind: 'take_own_answer', ...given }, by);
    const score = done.ok ? done.value.incidents[0]?.score : undefined;
    const share = score?.contributions.find(
      ({ evidence }) => evidence.kind === ownAnswerKind(ACCOUNT),
    );
    expect(share?.contribution).toBe(nats);
    expect(score?.logit).toBe(incident.score.logit + nats);
    const again = decider.act({ kind: 'take_own_answer', ...given }, by);
    expect(again.ok && again.value.incidents[0]?.score.logit).toBe(score?.logit);
  });

  it('stays when the alert is scored anew', () => {
    const { decider, incident } = begin();
    const given = { incidentId: incident.id, account: ACCOUNT, isConfirmed: false };
    decider.act({ kind: 'take_own_answer', ...given }, by);
    const { alerts } = decide(decider, [bruteForce('203.0.113.7', 30)]);
    const kinds = alerts.flatMap(({ score }) =>
      score.contributions.map((one) => one.evidence.kind),
    );
    expect(kinds).toContain(ownAnswerKind(ACCOUNT));
  });

  it('is refused where nothing is about the account', () => {
    const { decider, incident } = begin();
    const given = { incidentId: incident.id, account: 'nobody-here', isConfirmed: true };
    const done = decider.act({ kind: 'take_own_answer', ...given }, by);
    expect(done).toMatchObject({ ok: false, problem: { code: 'not_found' } });
  });
});
