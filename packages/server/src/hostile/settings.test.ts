import { cp, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { printProblem } from '@cordon/core';
import { expect, it } from 'vitest';
import { ConfigError } from '../main.ts';
import { ROOT, settledBooks, startProduct } from './fixtures/running-product.ts';

/* What people write wrongly: a rule, a setting. Told with file, line and the nearest name. */

const RULE = `title: Reads a field that is not there
id: 5f0f7a5e-6a53-4b4e-9d0c-0d5b5d3f1c11
status: test
level: high
logsource: { product: linux, service: sshd }
detection:
  selection:
    usr_nme: root
  condition: selection
`;

it('loads every rule but the one with an unknown field, which is told with its place', async () => {
  const content = await mkdtemp(join(tmpdir(), 'cordon-content-'));
  await cp(join(ROOT, 'content'), content, { recursive: true });
  await mkdir(join(content, 'rules', 'broken'));
  await writeFile(join(content, 'rules', 'broken', 'rule.yml'), RULE);
  await using intact = await startProduct();
  await using product = await startProduct({ config: `content_dir: ${content}\n` });
  const told = product.server.problems.filter(({ code }) => code === 'rule_unknown_field');
  expect(told).toHaveLength(1);
  expect(told[0]?.at).toMatchObject({ line: 8, column: 5 });
  expect(told[0]?.at?.file).toMatch(/broken.rule\.yml$/);
  const rules = async ({ call }: typeof product) =>
    (
      (await call('/api/v1/overview')).body['pipeline'] as {
        readonly detection: { readonly rules: number };
      }
    ).detection.rules;
  expect(await rules(product)).toBe(await rules(intact));
  const push = await product.pushSource('edge');
  expect((await push('a line')).status).toBe(200);
  await settledBooks(product, 1);
  await rm(content, { recursive: true });
});

it('does not start on a setting that is not there, and says which one was meant', async () => {
  const config = 'log_level: warn\nserver:\n  prot: 7000\nretention:\n  records: { dyas: 30 }\n';
  const failure = await startProduct({ config }).catch((error: unknown) => error);
  expect(failure).toBeInstanceOf(ConfigError);
  const told = (failure as ConfigError).problems.map(printProblem);
  expect(told).toHaveLength(2);
  expect(told[0]).toMatch(/cordon\.yml:3:3: "prot" .*\[config_unknown_key\]\n.*"port"/);
  expect(told[1]).toMatch(/cordon\.yml:5:14: "dyas" .*\[config_unknown_key\]\n.*"days"/);
});
