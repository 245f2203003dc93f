import { describeConnector } from '@cordon/kit/connector-contract';
import { createSandboxEdr, createSandboxFirewall } from './sandbox.ts';

const now = () => 1_700_000_000_000;
const config = async () => ({});

describeConnector(createSandboxFirewall(now).connector, {
  config,
  params: { 'net.ip.block': { ip: '203.0.113.7' }, 'net.ip.unblock': { ip: '203.0.113.8' } },
});

describeConnector(createSandboxEdr(now).connector, {
  config,
  params: {
    'endpoint.host.isolate': { host: 'web-1' },
    'endpoint.host.release': { host: 'web-2' },
  },
});
