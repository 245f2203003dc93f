import type { Fact, OwnAction, Test } from '@cordon/core';
import { compareClocks } from './probes/clock.ts';
import { tryConnect } from './probes/connect.ts';
import { tryHttp } from './probes/http.ts';
import { readLimits, readListening } from './probes/machine.ts';
import { findPathMtu, ping, trace } from './probes/ping.ts';
import { resolveName } from './probes/resolve.ts';
import { readRoute } from './probes/route.ts';
import { hearGreeting } from './probes/talk.ts';
import { tryTls } from './probes/tls.ts';
import { localView, type View } from './view.ts';

/** What tests reach beyond this machine's own network. */
export interface TestDeps {
  /** Live actions of ours that touch one of these; undefined where the ledger is not known. */
  readonly ownActions:
    | ((of: {
        readonly host: string;
        readonly addresses: readonly string[];
      }) => Promise<readonly OwnAction[] | undefined>)
    | undefined;
  /** The target's own machine, where it lets us look. */
  readonly target: View | undefined;
}

/** Makes one test. Everything a test can meet is a fact; a test that cannot be made says why. */
export async function runTest(test: Test, deps: TestDeps): Promise<Fact> {
  const result = await resultOf(test, deps);
  if (result !== undefined) return { test, result } as Fact;
  return { test, result, missing: whyMissing(test, deps) } as Fact;
}

async function resultOf(test: Test, { ownActions, target }: TestDeps): Promise<unknown> {
  switch (test.kind) {
    case 'own-actions':
      return ownActions?.(test);
    case 'resolve':
      return resolveName(test.host);
    case 'connect':
      return tryConnect(test.address, test.port);
    case 'route':
      return onView(test.at === 'from' ? localView : target, (view) =>
        readRoute(view, test.address),
      );
    case 'ping':
      return ping(localView, test.address);
    case 'trace':
      return trace(localView, test);
    case 'path-mtu':
      return findPathMtu(localView, test.address);
    case 'listening':
      return onView(target, (view) => readListening(view, test.port));
    case 'limits':
      return onView(test.at === 'from' ? localView : target, readLimits);
    case 'talk':
      return hearGreeting(test);
    case 'tls':
      return tryTls(test);
    case 'http':
      return tryHttp(test);
    case 'clock':
      return compareClocks(test, target);
  }
}

const onView = <T>(
  view: View | undefined,
  read: (view: View) => Promise<T>,
): Promise<T> | undefined => (view === undefined ? undefined : read(view));

function whyMissing(test: Test, { target }: TestDeps): string {
  if (test.kind === 'own-actions') return 'the ledger of actions is not open here';
  if (test.kind === 'listening' || ('at' in test && test.at === 'target'))
    return target === undefined
      ? 'there is no view of the target itself'
      : `${target.name} would not say`;
  return 'the program for it is not installed, or may not be used';
}
