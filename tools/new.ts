// npm run new -- <kind> <id>: a skeleton that loads, is registered, and whose cases fail until they are filled in.
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import process from 'node:process';
import { fileURLToPath } from 'node:url';
import { createParserFiles, createPlaybookFiles, createRuleFiles } from './scaffold/content.ts';
import { createConnectorFiles, createSourceFiles, register } from './scaffold/extension.ts';

const ROOT = dirname(dirname(fileURLToPath(import.meta.url)));
const REGISTRY = 'packages/extensions/src/index.ts';
const ID = /^[a-z][a-z0-9]*(-[a-z0-9]+)*$/;
const KINDS = {
  parser: createParserFiles,
  rule: createRuleFiles,
  playbook: createPlaybookFiles,
  source: createSourceFiles,
  connector: createConnectorFiles,
} as const;
const NEXT: Readonly<Record<keyof typeof KINDS, string>> = {
  parser: 'npm test -- tools/parsers',
  rule: 'npm test -- tools/rules',
  playbook: 'npm test -- tools/playbooks',
  source: 'npm test -- packages/extensions/src/sources',
  connector: 'npm test -- packages/extensions/src/connectors',
};

const isKind = (text: string): text is keyof typeof KINDS => Object.hasOwn(KINDS, text);

function fail(message: string, hint: string): number {
  process.stderr.write(`${message}\n  hint: ${hint}\n`);
  return 2;
}

function run([kind = '', id = '', ...rest]: readonly string[]): number {
  const usage = `npm run new -- ${Object.keys(KINDS).join('|')} <id>`;
  if (!isKind(kind) || rest.length > 0) return fail('Say what to make, and its id.', usage);
  if (!ID.test(id)) return fail(`"${id}" is not an id.`, 'lower-case words with - between them');
  const files = KINDS[kind](id);
  const there = files.find(({ path }) => existsSync(dirname(join(ROOT, path))));
  if (there) return fail(`${dirname(there.path)} is there already.`, 'choose another id');
  for (const { path, text } of files) {
    mkdirSync(dirname(join(ROOT, path)), { recursive: true });
    writeFileSync(join(ROOT, path), text, { flag: 'wx' });
    process.stdout.write(`${path}\n`);
  }
  if (kind === 'source' || kind === 'connector') {
    const registry = join(ROOT, REGISTRY);
    writeFileSync(registry, register(readFileSync(registry, 'utf8'), kind, id));
    process.stdout.write(`${REGISTRY} (its line)\n`);
  }
  process.stdout.write(`\nFill in what says FILL IN, then: ${NEXT[kind]}\n`);
  return 0;
}

process.exitCode = run(process.argv.slice(2));
