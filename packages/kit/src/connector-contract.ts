/*
 * What every connector must keep, whatever it speaks to: run this suite from the connector's own test.
 */
import type { Result } from '@cordon/core';
import type { TObject } from 'typebox';
import { Value } from 'typebox/value';
import { describe, expect, it } from 'vitest';
import type { ActionContext, ActionDefinition, ConnectorDefinition } from './connector.ts';

/** How a connector is set up in the suite. */
export interface ConnectorHarness {
  /** Settings under which the product answers; asked for anew by each test. */
  readonly config: () => Promise<unknown>;
  /** Good parameters by verb, one entry for each action there is. Nobody else may hold that target. */
  readonly params: Readonly<Record<string, Readonly<Record<string, unknown>>>>;
  /** Texts inside the settings that may never be shown. */
  readonly secrets?: readonly string[];
  /** Settings under which the product cannot be reached. */
  readonly unreachable?: () => Promise<unknown>;
  /** Settings under which the product takes a call and never answers. */
  readonly silent?: () => Promise<unknown>;
}

type Action = ActionDefinition<unknown, TObject>;
type Answer = Result<unknown>;

/** Is its effect held for a time and then taken back? What evicts does harm that stays. */
const isHeld = (action: Action): boolean => action.class === 'contain';

const LIMIT_MS = 10_000;
const TTL_MS = 600_000;
const CHANGING = ['contain', 'evict'];

const contextOf = (
  config: unknown,
  key = 'act_contract',
  signal = AbortSignal.timeout(LIMIT_MS),
): ActionContext<unknown> => ({ config, signal, idempotencyKey: key });

const oneSecond = () => new Promise<'late'>((resolve) => setTimeout(() => resolve('late'), 1_000));

/** Everything an answer could show a person. */
const shownIn = (answers: readonly Answer[]): string => JSON.stringify(answers);

/** The suite itself. */
export function describeConnector(
  definition: ConnectorDefinition,
  harness: ConnectorHarness,
): void {
  const actions = definition.actions as readonly Action[];
  describe(`${definition.id} keeps the connector contract`, () => {
    it('has an action for every entry of the harness, and the other way round', () => {
      expect(actions.map(({ verb }) => verb).sort()).toEqual(Object.keys(harness.params).sort());
    });
    it('takes its settings and refuses one it does not know', async () => {
      const config = await harness.config();
      expect([...Value.Errors(definition.config, config)]).toEqual([]);
      expect(Value.Check(definition.config, { ...Object(config), zzz: 1 })).toBe(false);
    });
    if (definition.check)
      it('says by its check whether it can be used', async () => {
        const { signal } = contextOf(undefined);
        const answer = await definition.check?.({
          config: (await harness.config()) as never,
          signal,
        });
        expect(answer).toMatchObject({ ok: true });
      });
    for (const action of actions) describeAction(definition, action, harness);
  });
}

function describeAction(
  definition: ConnectorDefinition,
  action: Action,
  harness: ConnectorHarness,
): void {
  const params = harness.params[action.verb] ?? {};
  describe(action.verb, () => {
    it('takes its parameters and refuses unknown and missing ones', () => {
      expect([...Value.Errors(action.params, params)]).toEqual([]);
      expect(Value.Check(action.params, { ...params, zzz: 1 })).toBe(false);
      const [required = []] = [action.params.required as readonly string[] | undefined];
      for (const name of required) {
        const { [name]: _, ...rest } = params;
        expect(Value.Check(action.params, rest), name).toBe(false);
      }
    });
    it('names its target', () => {
      const target = action.target(params);
      expect(target.kind).not.toBe('');
      expect(target.id).not.toBe('');
    });
    describeForm(definition, action);
    describeTime(action, params, harness);
    if (harness.secrets) describeSecrets(action, params, harness);
    if (isHeld(action)) describeEffect(action, params, harness);
    if (action.class === 'evict') describeFinal(action, params, harness);
  });
}

function describeForm(definition: ConnectorDefinition, action: Action): void {
  if (!isHeld(action)) return;
  it('can be probed and taken back, has an end, and says what it may cost', () => {
    expect(action.probe).toBeTypeOf('function');
    expect(action.undo).toBeTypeOf('function');
    expect(action.ttl).not.toBe('none');
    expect(action.impact).toBeGreaterThan(0);
    const inverse = definition.actions.find(({ verb }) => verb === action.inverse);
    expect(inverse?.class, 'its inverse is an action of the connector').toBe('restore');
  });
}

/** An effect from nothing to nothing: probe, apply, verify, apply again, undo, verify the undoing. */
function describeEffect(
  action: Action,
  params: Readonly<Record<string, unknown>>,
  harness: ConnectorHarness,
): void {
  const probe = async (config: unknown) => {
    const answer = await action.probe?.(params, contextOf(config));
    if (!answer?.ok) throw new Error(JSON.stringify(answer));
    return answer.value;
  };
  const apply = (config: unknown, key?: string) =>
    action.apply(params, { ...contextOf(config, key), ttlMs: TTL_MS });
  const undo = (config: unknown) => action.undo?.(params, contextOf(config));

  it('is done, seen by the probe, taken back, and seen to be gone', async () => {
    const config = await harness.config();
    expect((await probe(config)).present).toBe(false);
    expect(await apply(config)).toMatchObject({ ok: true, value: { changed: true } });
    const there = await probe(config);
    expect(there.present).toBe(true);
    expect(there.text).not.toBe('');
    expect(await undo(config)).toMatchObject({ ok: true, value: { changed: true } });
    expect((await probe(config)).present).toBe(false);
  });
  it('looks without changing anything', async () => {
    const config = await harness.config();
    await probe(config);
    expect((await probe(config)).present).toBe(false);
  });
  it('done twice with one key is one effect, gone with one undo', async () => {
    const config = await harness.config();
    await apply(config, 'act_same');
    expect(await apply(config, 'act_same')).toMatchObject({ ok: true });
    expect((await probe(config)).present).toBe(true);
    await undo(config);
    expect((await probe(config)).present).toBe(false);
  });
  it('taken back twice says the second time that nothing changed', async () => {
    const config = await harness.config();
    await apply(config);
    await undo(config);
    expect(await undo(config)).toMatchObject({ ok: true, value: { changed: false } });
  });
  if (action.ttl === 'native')
    it('is ended by the target itself within the time that was asked for', async () => {
      const config = await harness.config();
      await apply(config);
      const { expiresInS } = await probe(config);
      await undo(config);
      expect(expiresInS).toBeGreaterThan(0);
      expect(expiresInS).toBeLessThanOrEqual(TTL_MS / 1_000);
    });
}

/** An effect that stays: it is said so, and seen where the product can be asked. */
function describeFinal(
  action: Action,
  params: Readonly<Record<string, unknown>>,
  harness: ConnectorHarness,
): void {
  it('says that nothing takes it back, and what it may cost', () => {
    expect(action.undo).toBeUndefined();
    expect(action.inverse).toBeUndefined();
    expect(action.ttl).toBe('none');
    expect(action.impact).toBeGreaterThan(0);
  });
  it('is done, and seen by the probe where there is one', async () => {
    const config = await harness.config();
    const done = await action.apply(params, contextOf(config));
    expect(done).toMatchObject({ ok: true, value: { changed: true } });
    if (action.probe === undefined) return;
    const seen = await action.probe(params, contextOf(config));
    expect(seen).toMatchObject({ ok: true, value: { present: true } });
  });
}

function describeTime(
  action: Action,
  params: Readonly<Record<string, unknown>>,
  harness: ConnectorHarness,
): void {
  it('does nothing once its time is over', async () => {
    const config = await harness.config();
    const ended = contextOf(config, 'act_late', AbortSignal.abort());
    expect(await action.apply(params, ended)).toMatchObject({ ok: false });
    if (!CHANGING.includes(action.class) || action.probe === undefined) return;
    expect(await action.probe(params, contextOf(config))).toMatchObject({
      ok: true,
      value: { present: false },
    });
  });
  const { silent } = harness;
  if (silent)
    it('gives a call up that is not answered when its time ends', async () => {
      const controller = new AbortController();
      const context = contextOf(await silent(), 'act_slow', controller.signal);
      const call = action.apply(params, context);
      setImmediate(() => controller.abort());
      expect(await Promise.race([call, oneSecond()])).toMatchObject({ ok: false });
    });
  const { unreachable } = harness;
  if (unreachable)
    it('answers with a problem, not an exception, when the product is not there', async () => {
      const answer = await action.apply(params, contextOf(await unreachable()));
      expect(answer).toMatchObject({ ok: false, problem: { detail: expect.any(String) } });
    });
}

function describeSecrets(
  action: Action,
  params: Readonly<Record<string, unknown>>,
  harness: ConnectorHarness,
): void {
  it('shows no secret, done or failed', async () => {
    const configs = [harness.config, harness.unreachable].flatMap((make) => make ?? []);
    const answers: Answer[] = [];
    for (const make of configs) {
      const config = await make();
      answers.push(await action.apply(params, contextOf(config)));
      answers.push(await action.apply(params, contextOf(config, 'act_late', AbortSignal.abort())));
      if (action.undo) answers.push(await action.undo(params, contextOf(config)));
    }
    for (const secret of harness.secrets ?? []) expect(shownIn(answers)).not.toContain(secret);
  });
}
