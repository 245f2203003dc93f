// The architecture, as a test: who may import whom, how large a file may be, what must be written down.
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { PROBLEM_CODES } from '@cordon/core';
import { describe, expect, it } from 'vitest';

const ROOT = dirname(dirname(fileURLToPath(import.meta.url)));
const MAX_LINES = 400;

/** Which of our packages, and which others, each package may name in its imports. */
const MAY_IMPORT: Readonly<Record<string, readonly string[]>> = {
  core: [],
  contract: ['core'],
  kit: ['core'],
  extensions: ['core', 'kit'],
  server: ['core', 'contract', 'kit', 'extensions'],
  web: ['core', 'contract'],
  cli: ['core', 'contract', 'server', 'extensions'],
};

const filesBelow = (folder: string): string[] =>
  readdirSync(folder).flatMap((name) => {
    const path = join(folder, name);
    if (name === 'node_modules' || name === 'dist') return [];
    return statSync(path).isDirectory() ? filesBelow(path) : [path];
  });

const sources = filesBelow(join(ROOT, 'packages')).filter((path) => /\.tsx?$/.test(path));
const code = sources.filter((path) => !/(\.test\.tsx?|[.-]contract\.ts)$|\/fixtures\//.test(path));
const read = (path: string): string => readFileSync(path, 'utf8');
const shown = (path: string): string => relative(ROOT, path);
const importsOf = (text: string): string[] =>
  [...text.matchAll(/^\s*(?:import|export)[^'"]*?from\s+['"]([^'"]+)['"]/gm)].map(
    (match) => match[1] ?? '',
  );
/** Files on a circle of imports, or between two: what is left once those that import nobody, and those nobody imports, are taken away again and again. */
function filesOnCircles(paths: readonly string[]): string[] {
  const imports = new Map(
    paths.map((path) => [path, importsOf(read(path)).map((name) => join(dirname(path), name))]),
  );
  for (let size = -1; size !== imports.size; ) {
    size = imports.size;
    const imported = new Set([...imports.values()].flat());
    for (const [path, names] of imports)
      if (!imported.has(path) || !names.some((name) => imports.has(name))) imports.delete(path);
  }
  return [...imports.keys()];
}
const below = (folder: string): string[] => code.filter((path) => shown(path).startsWith(folder));
const offenders = (paths: readonly string[], isBad: (text: string) => boolean): string[] =>
  paths.filter((path) => isBad(read(path))).map(shown);

describe('the house', () => {
  it.each(Object.entries(MAY_IMPORT))('%s imports only the packages it may', (name, allowed) => {
    const found = below(`packages/${name}/`).flatMap((path) =>
      importsOf(read(path))
        .filter((specifier) => specifier.startsWith('@cordon/'))
        // By which doors is for the `exports` of that package to say.
        .filter((specifier) => !allowed.includes(specifier.split('/')[1] ?? ''))
        .map((specifier) => `${shown(path)} imports ${specifier}`),
    );
    expect(found).toEqual([]);
  });

  it('lets no file import itself by way of others', () => {
    expect(filesOnCircles(code).map(shown)).toEqual([]);
  });

  it('keeps every file under its budget of lines', () => {
    const long = code.filter((path) => read(path).split('\n').length > MAX_LINES).map(shown);
    expect(long).toEqual([]);
  });

  it('keeps clock, chance and Node out of the core', () => {
    const impure = /\bDate\.now\b|\bnew Date\(\)|\bMath\.random\b|\brandomUUID\b|from 'node:/;
    expect(offenders(below('packages/core/'), (text) => impure.test(text))).toEqual([]);
  });

  it('names no extension inside the server but in its composition root', () => {
    const inner = below('packages/server/').filter(
      (path) => !/src\/(main|compose)[^/]*\.ts$|src\/index\.ts$/.test(shown(path)),
    );
    const naming = offenders(inner, (text) => importsOf(text).includes('@cordon/extensions'));
    expect(naming).toEqual([]);
  });

  it('lets the api read the stores only through their ports and never drive the pipeline', () => {
    const bad = /\/(store\/(sqlite|segments|duckdb|memory)|pipeline|runner)\//;
    const found = below('packages/server/src/api/').flatMap((path) =>
      importsOf(read(path)).filter((name) => bad.test(name)),
    );
    expect(found).toEqual([]);
  });

  it('has no folder for things without a name', () => {
    expect(
      code.map(shown).filter((path) => /\/(utils|helpers|common|misc)(\/|\.tsx?$)/.test(path)),
    ).toEqual([]);
  });

  it('registers every source and connector folder', () => {
    const registry = read(join(ROOT, 'packages/extensions/src/index.ts'));
    const folders = ['sources', 'connectors'].flatMap((kind) => {
      const base = join(ROOT, 'packages/extensions/src', kind);
      return readdirSync(base)
        .filter((name) => statSync(join(base, name)).isDirectory())
        .map((name) => `./${kind}/${name}/`);
    });
    expect(folders.filter((folder) => !registry.includes(folder))).toEqual([]);
  });

  it('gives every parser, rule and playbook its cases', () => {
    const missing = ['parsers', 'rules', 'playbooks'].flatMap((kind) => {
      const base = join(ROOT, 'content', kind);
      return readdirSync(base)
        .filter((id) => statSync(join(base, id)).isDirectory())
        .filter((id) => !readdirSync(join(base, id)).includes('cases.yml'))
        .map((id) => `content/${kind}/${id}`);
    });
    expect(missing).toEqual([]);
  });

  it('lists exactly the problem codes that exist on the reference page', () => {
    const page = read(join(ROOT, 'docs/reference/problems.md'));
    const listed = [...page.matchAll(/^\| `([a-z0-9_]+)` \|/gm)].map((match) => match[1]);
    expect(listed).toEqual(Object.keys(PROBLEM_CODES).sort());
  });

  it('gives each run-time dependency its line of reason', () => {
    const page = read(join(ROOT, 'docs/dependencies.md'));
    const named = Object.keys(MAY_IMPORT).flatMap((name) => {
      const manifest = JSON.parse(read(join(ROOT, 'packages', name, 'package.json'))) as {
        dependencies?: Record<string, string>;
      };
      return Object.keys(manifest.dependencies ?? {}).filter(
        (dependency) => !dependency.startsWith('@cordon/'),
      );
    });
    const short = (dependency: string): string =>
      dependency.replace(/^@fastify\/|^@tanstack\/(react-)?|^@types\//, '');
    expect([...new Set(named)].filter((dependency) => !page.includes(short(dependency)))).toEqual(
      [],
    );
  });
});
