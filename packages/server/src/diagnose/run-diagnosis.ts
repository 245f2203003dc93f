import { type Diagnosis, diagnose, type Fact, type Target, type Test } from '@cordon/core';
import { isOwnAddress } from './own-addresses.ts';
import { runTest, type TestDeps } from './run-test.ts';
import { localView } from './view.ts';

export interface DiagnosisDeps extends TestDeps {
  /** Called before each test, for a tree that is watched while it is walked. */
  readonly onTest?: (test: Test) => void;
  readonly onFact?: (fact: Fact) => void;
}

export interface DiagnosisRun {
  readonly diagnosis: Diagnosis;
  /** Every test with what it told, in the order they were made. */
  readonly facts: readonly Fact[];
}

/** Walks the tree for real: makes each test that is asked for, until the walk knows. */
export async function runDiagnosis(target: Target, deps: DiagnosisDeps): Promise<DiagnosisRun> {
  const facts: Fact[] = [];
  // A target on this machine can be looked at without being let in.
  let view = deps.target;
  const walk = diagnose(target);
  let step = walk.next();
  while (!step.done) {
    deps.onTest?.(step.value);
    const isHere = step.value.kind === 'connect' && isOwnAddress(step.value.address);
    if (isHere) view ??= localView;
    const fact = await runTest(step.value, { ...deps, target: view });
    facts.push(fact);
    deps.onFact?.(fact);
    step = walk.next(fact);
  }
  return { diagnosis: step.value, facts };
}
