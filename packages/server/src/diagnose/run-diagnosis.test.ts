import { once } from 'node:events';
import { type AddressInfo, createServer } from 'node:net';
import { expect, it } from 'vitest';
import { runDiagnosis } from './run-diagnosis.ts';

const nobody = { ownActions: undefined, target: undefined };

it('a port of this machine is looked at from the inside: nothing listens there', async () => {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  const target = { host: '127.0.0.1', port, service: 'tcp', path: '/' } as const;
  const { diagnosis } = await runDiagnosis(target, nobody);
  expect(diagnosis.faults.map(({ cause }) => cause)).toEqual(['not-listening']);
  expect(diagnosis.outcome).toBe('cause');
});
