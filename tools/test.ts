// What `npm test` runs: lint, types, every test; ends with one line that counts them all.
import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import process from 'node:process';
import { fileURLToPath } from 'node:url';

const ROOT = dirname(dirname(fileURLToPath(import.meta.url)));
const TYPE_PROJECTS = ['core', 'contract', 'kit', 'extensions', 'server', 'web', 'cli'];
const scratch = mkdtempSync(join(tmpdir(), 'cordon-test-'));
const summary = join(scratch, 'summary.json');

function check(label: string, command: string, args: readonly string[]): boolean {
  process.stdout.write(`\n▸ ${label}\n`);
  const run = spawnSync(join(ROOT, 'node_modules', '.bin', command), args, {
    cwd: ROOT,
    stdio: 'inherit',
    env: { ...process.env, CORDON_TEST_SUMMARY: summary },
  });
  return run.status === 0;
}

const filters = process.argv.slice(2);
const isWhole = filters.length === 0;
const checks = isWhole
  ? [
      check('lint', 'biome', ['check', '--error-on-warnings', '.']),
      ...TYPE_PROJECTS.map((name) =>
        check(`types: ${name}`, 'tsc', ['-p', join('packages', name)]),
      ),
      check('types: tests and tools', 'tsc', ['-p', 'tsconfig.test.json']),
    ]
  : [];
const didTestsPass = check('tests', 'vitest', ['run', ...filters]);

interface Summary {
  readonly passed: number;
  readonly failed: number;
  readonly skipped: number;
}
const counted: Summary = existsSync(summary)
  ? (JSON.parse(readFileSync(summary, 'utf8')) as Summary)
  : { passed: 0, failed: 1, skipped: 0 };
rmSync(scratch, { recursive: true });
const failedTests = didTestsPass ? counted.failed : Math.max(1, counted.failed);
const failed = failedTests + checks.filter((passed) => !passed).length;
const passed = counted.passed + checks.filter((passed) => passed).length;
process.stdout.write(`\n${passed} passed, ${failed} failed, ${counted.skipped} skipped\n`);
process.exitCode = failed === 0 ? 0 : 1;
