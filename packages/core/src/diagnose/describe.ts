import type { Test } from './fact.ts';

/** A test as a person would ask it. */
export function describeTest(test: Test): string {
  switch (test.kind) {
    case 'own-actions':
      return 'does an action of ours hold it?';
    case 'resolve':
      return `which addresses has ${test.host}?`;
    case 'connect':
      return `does ${test.address} port ${test.port} accept a connection?`;
    case 'route':
      return test.at === 'from'
        ? `which way leads to ${test.address}?`
        : `which way leads back to ${test.address}?`;
    case 'ping':
      return `does ${test.address} answer?`;
    case 'trace':
      return `where does the path to ${test.address} end?`;
    case 'path-mtu':
      return `how large may a packet to ${test.address} be?`;
    case 'listening':
      return `does the target listen on port ${test.port}?`;
    case 'limits':
      return `is a limit reached at ${test.at === 'from' ? 'this side' : 'the target'}?`;
    case 'talk':
      return `what does ${test.service} say first?`;
    case 'tls':
      return 'does the TLS handshake succeed?';
    case 'http':
      return `what does it answer for ${test.path}?`;
    case 'clock':
      return 'do the clocks agree?';
  }
}
