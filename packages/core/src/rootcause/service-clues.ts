import type { CauseClue } from './cause-clue.ts';
import type { Measured } from './measured.ts';
import { QUANTITIES } from './quantity.ts';

/** One service that makes all its calls slow is likelier than several called ones at once. */
const CALLER_SHARE = 1.1;
/** How much of a symptom a callee with the same symptom explains. */
const EXPLAINED_SHARE = 0.7;

/** What the numbers of services and of the calls between them say about each service. */
export function serviceClues(measured: readonly Measured[]): readonly CauseClue[] {
  return [
    ...resourceClues(measured),
    ...networkClues(measured),
    ...symptomClues(measured, 'latency'),
    ...symptomClues(measured, 'errors'),
    ...stoppedCallClues(measured),
  ];
}

function resourceClues(measured: readonly Measured[]): readonly CauseClue[] {
  return measured.flatMap((one) =>
    one.subject.kind === 'service' && !QUANTITIES[one.quantity].isSymptom
      ? [
          {
            service: one.subject.service,
            kind: one.quantity === 'self-time' ? ('self' as const) : ('resource' as const),
            nats: one.harm,
            text: tell(one, one.subject.service),
          },
        ]
      : [],
  );
}

/** Calls whose time on the way rose: held against the end that the slow ones have in common. */
function networkClues(measured: readonly Measured[]): readonly CauseClue[] {
  const calls = slowestByCall(measured);
  const ends = new Set(calls.flatMap(({ subject }) => [subject.from, subject.to]));
  return [...ends].flatMap((service) => {
    const into = calls.filter(({ subject }) => subject.to === service);
    const outOf = calls.filter(({ subject }) => subject.from === service);
    const nats = Math.max(meanHarm(into), CALLER_SHARE * (outOf.length > 1 ? meanHarm(outOf) : 0));
    const [worst] = [...into, ...outOf].sort((a, b) => b.harm - a.harm);
    if (worst === undefined || nats === 0) return [];
    return [{ service, kind: 'network' as const, nats, text: tell(worst, service) }];
  });
}

/** The strongest of all that measure the way of one call. */
function slowestByCall(measured: readonly Measured[]) {
  const slowest = new Map<string, Measured & { readonly subject: { from: string; to: string } }>();
  for (const one of measured) {
    if (one.quantity !== 'transfer-time' || one.subject.kind !== 'call') continue;
    const key = JSON.stringify([one.subject.from, one.subject.to]);
    if ((slowest.get(key)?.harm ?? -1) < one.harm)
      slowest.set(key, { ...one, subject: one.subject });
  }
  return [...slowest.values()];
}

const meanHarm = (all: readonly Measured[]): number =>
  all.length === 0 ? 0 : all.reduce((sum, { harm }) => sum + harm, 0) / all.length;

/** A slow or failing answer counts for what the same symptom of whoever is called leaves of it. */
function symptomClues(
  measured: readonly Measured[],
  quantity: 'latency' | 'errors',
): readonly CauseClue[] {
  const worst = new Map<string, Measured>();
  for (const one of measured) {
    if (one.quantity !== quantity || one.subject.kind !== 'service') continue;
    const known = worst.get(one.subject.service);
    if (known === undefined || known.harm < one.harm) worst.set(one.subject.service, one);
  }
  const onTheWay = waitsOf(measured);
  const callees = calleesOf(measured);
  const kind = quantity === 'latency' ? 'self' : 'errors';
  return [...worst].map(([service, one]) => {
    const below = [...(callees.get(service) ?? [])].map((name) => worst.get(name)?.harm ?? 0);
    const left = [...below, onTheWay.get(service) ?? 0].reduce(
      (share, harm) => share * (1 - EXPLAINED_SHARE * Math.min(1, harm / Math.max(one.harm, 1e-9))),
      1,
    );
    return { service, kind, nats: one.harm * left, text: tell(one, service) };
  });
}

/** Calls that stopped while the caller itself was still called, and nobody else kept it waiting. */
function stoppedCallClues(measured: readonly Measured[]): readonly CauseClue[] {
  const calls = measured.filter(({ quantity }) => quantity === 'calls');
  const asked = new Map(
    calls.flatMap(({ subject, harm }) =>
      subject.kind === 'service' ? [[subject.service, harm] as const] : [],
    ),
  );
  const kept = waitsOf(measured);
  return calls.flatMap((one) => {
    if (one.subject.kind !== 'call') return [];
    const service = one.subject.from;
    const left = one.harm - (asked.get(service) ?? 0) - (kept.get(service) ?? 0);
    return [{ service, kind: 'calls-stopped' as const, nats: left, text: tell(one, service) }];
  });
}

/** How much each service is kept waiting on the way to those it calls. */
function waitsOf(measured: readonly Measured[]): ReadonlyMap<string, number> {
  const waits = new Map<string, number>();
  for (const { quantity, subject, harm } of measured)
    if (quantity === 'transfer-time' && subject.kind === 'call')
      waits.set(subject.from, Math.max(waits.get(subject.from) ?? 0, harm));
  return waits;
}

function calleesOf(measured: readonly Measured[]): ReadonlyMap<string, ReadonlySet<string>> {
  const callees = new Map<string, Set<string>>();
  for (const { subject } of measured) {
    if (subject.kind !== 'call') continue;
    const known = callees.get(subject.from) ?? new Set();
    callees.set(subject.from, known.add(subject.to));
  }
  return callees;
}

function tell({ subject, quantity, name, deviation }: Measured, service: string): string {
  const what = QUANTITIES[quantity].words;
  const where = subject.kind === 'call' ? `from ${subject.from} to ${subject.to}` : `of ${service}`;
  return `${what} ${where} (${name}) went from ${figure(deviation.before)} to ${figure(deviation.after)}`;
}

const figure = (value: number): string => Number(value.toPrecision(3)).toString();
