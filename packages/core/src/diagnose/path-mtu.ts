import { ask, type Fault, fault, type Walk } from './diagnosis.ts';
import type { Target } from './target.ts';

const IP_AND_ICMP_BYTES = 28;
const IP_AND_TCP_BYTES = 40;

/** Asked where a conversation stalls after it began: do only small packets come through? */
export function* smallerMtu(target: Target, address: string): Walk<readonly Fault[] | undefined> {
  const mtu = yield* ask<'path-mtu'>({ kind: 'path-mtu', address });
  if (mtu?.lostBytes === undefined || mtu.passedBytes === 0 || mtu.isToldTooLarge) return undefined;
  const evidence = [
    `packets of ${mtu.passedBytes} bytes come through, of ${mtu.lostBytes} bytes vanish, and nobody says that they are too large`,
  ];
  const words = {
    host: target.host,
    address,
    mtu: mtu.passedBytes - IP_AND_TCP_BYTES,
    payload: mtu.lostBytes - IP_AND_ICMP_BYTES,
  };
  return [fault('mtu-black-hole', evidence, words)];
}
