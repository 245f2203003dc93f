import { writeFileSync } from 'node:fs';
import process from 'node:process';
import type { Reporter, TestCase } from 'vitest/node';

/** Counts test cases for `tools/test.ts`, which prints the closing line over all checks. */
export default class ClosingLine implements Reporter {
  private readonly counts = { passed: 0, failed: 0, skipped: 0 };

  onTestCaseResult(test: TestCase): void {
    const { state } = test.result();
    if (state !== 'pending') this.counts[state] += 1;
  }

  onTestRunEnd(_modules: unknown, unhandled: readonly unknown[]): void {
    const { passed, failed, skipped } = this.counts;
    const target = process.env['CORDON_TEST_SUMMARY'];
    const counts = { passed, failed: failed + unhandled.length, skipped };
    if (target) writeFileSync(target, JSON.stringify(counts));
  }
}
