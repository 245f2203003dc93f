import { networkInterfaces } from 'node:os';

/** Addresses of this machine, loopback left out: a block of one of them is an action on whoever asks. */
export const listOwnAddresses = (): readonly string[] =>
  Object.values(networkInterfaces()).flatMap((all) =>
    (all ?? []).filter(({ internal }) => !internal).map(({ address }) => address),
  );

/** Does the address belong to this machine? */
export const isOwnAddress = (address: string): boolean =>
  address.startsWith('127.') ||
  Object.values(networkInterfaces()).some((all) => all?.some((one) => one.address === address));
