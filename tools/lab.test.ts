import { execFile, spawnSync } from 'node:child_process';
import process from 'node:process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { describe, expect, it } from 'vitest';

/* A few cases of the connectivity lab, one for each kind of proof; all of them: `npm run lab -- connectivity`. */

const CASES = ['own-block-of-web', 'no-return-route', 'certificate-expired', 'ping-forbidden'];
const TOOLS = ['ip', 'nft', 'ss', 'ping', 'traceroute'];
const TIME_LIMIT_MS = 300_000;

const missing =
  process.platform !== 'linux' || process.getuid?.() !== 0
    ? ['root on Linux']
    : TOOLS.filter((tool) => spawnSync('sh', ['-c', `command -v ${tool}`]).status !== 0);

describe.skipIf(missing.length > 0)(
  `the connectivity lab${missing.length > 0 ? ` (skipped: needs ${missing.join(', ')})` : ''}`,
  () => {
    it(
      'names the first cause of faults put into network namespaces, and none where nothing is wrong',
      async () => {
        const main = fileURLToPath(new URL('lab/main.ts', import.meta.url));
        const { stdout } = await promisify(execFile)(process.execPath, [
          main,
          'connectivity',
          '--only',
          CASES.join(','),
          '--json',
        ]);
        expect(JSON.parse(stdout)).toMatchObject({
          faults: 3,
          rightFirstCause: 3,
          healthy: 1,
          falseCauses: 0,
          wrong: [],
        });
      },
      TIME_LIMIT_MS,
    );
  },
);
