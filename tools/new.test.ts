// Every scaffold, made in a copy of the checkout: it keeps the house, loads, and its cases fail until filled in.
import { spawnSync } from 'node:child_process';
import { cpSync, mkdtempSync, readFileSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { register } from './scaffold/extension.ts';

const ROOT = dirname(dirname(fileURLToPath(import.meta.url)));
const COPIED = ['packages', 'content', 'docs', 'tools', 'package.json', 'biome.json'];
const SETTINGS = ['tsconfig.base.json', 'tsconfig.test.json', 'vitest.config.ts'];
const KINDS = ['parser', 'rule', 'playbook', 'source', 'connector'];

interface Result {
  readonly testResults: readonly {
    readonly name: string;
    readonly assertionResults: readonly { readonly status: string; readonly fullName: string }[];
  }[];
}

let copy: string;
const runIn = (command: string, ...args: readonly string[]) => {
  const { status, stdout, stderr } = spawnSync(command, args, { cwd: copy, encoding: 'utf8' });
  return { status, output: `${stdout}${stderr}` };
};
const binary = (name: string): string => join(ROOT, 'node_modules', '.bin', name);
const makeNew = (...args: readonly string[]) => runIn(process.execPath, 'tools/new.ts', ...args);

beforeAll(() => {
  copy = mkdtempSync(join(tmpdir(), 'cordon-new-'));
  const filter = (path: string) => !/\/(node_modules|dist)(\/|$)/.test(path.slice(ROOT.length));
  for (const name of [...COPIED, ...SETTINGS])
    cpSync(join(ROOT, name), join(copy, name), { recursive: true, filter });
  symlinkSync(join(ROOT, 'node_modules'), join(copy, 'node_modules'));
});
afterAll(() => rmSync(copy, { recursive: true }));

describe('npm run new', () => {
  it.each(KINDS)('makes a %s', (kind) => {
    const { status, output } = makeNew(kind, `zz-${kind}-new`);
    expect(output).toContain('FILL IN');
    expect(status).toBe(0);
  });
  it('makes nothing twice, and nothing under a name that is no id', () => {
    expect(makeNew('parser', 'zz-parser-new').status).toBe(2);
    expect(makeNew('parser', '../escape').status).toBe(2);
    expect(makeNew('thing', 'x').status).toBe(2);
  });
  it('makes what the linter and the compiler take as it is', () => {
    const made = ['sources/zz-source-new', 'connectors/zz-connector-new', 'index.ts'];
    const paths = made.map((path) => `packages/extensions/src/${path}`);
    const lint = runIn(binary('biome'), 'check', '--vcs-enabled=false', ...paths);
    expect(lint.output).toContain('No fixes applied');
    expect(runIn(binary('tsc'), '-p', 'packages/extensions', '--noEmit').output).toBe('');
  }, 180_000);
  it('keeps the house, and makes cases that fail until they are filled in', () => {
    const { output } = runIn(
      binary('vitest'),
      ...['run', 'tools/house', 'tools/parsers', 'tools/rules', 'tools/playbooks', 'zz-'],
      ...['--reporter=json', '--outputFile=result.json'],
    );
    const result = JSON.parse(readFileSync(join(copy, 'result.json'), 'utf8')) as Result;
    const failed = result.testResults.flatMap(({ name, assertionResults }) =>
      assertionResults
        .filter(({ status }) => status === 'failed')
        .map(({ fullName }) => `${name.slice(copy.length)} ${fullName}`),
    );
    for (const kind of KINDS)
      expect(
        failed.some((test) => test.includes(`zz-${kind}-new`)),
        `${kind}: ${output}`,
      ).toBe(true);
    expect(failed.filter((test) => !test.includes('zz-'))).toEqual([]);
    expect(result.testResults.map(({ name }) => name)).toContain(join(copy, 'tools/house.test.ts'));
  }, 180_000);
});

describe('the registry', () => {
  it('gets its import and its entry in order', () => {
    const before = `import { a } from './sources/a/source.ts';
import { c } from './sources/c/source.ts';

export const sources: readonly SourceDefinition[] = [a, c];
`;
    expect(register(before, 'source', 'b')).toBe(`import { a } from './sources/a/source.ts';
import { b } from './sources/b/source.ts';
import { c } from './sources/c/source.ts';

export const sources: readonly SourceDefinition[] = [a, b, c];
`);
  });
});
