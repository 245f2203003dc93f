import { lookup } from 'node:dns/promises';
import { isIP } from 'node:net';
import {
  type Check,
  type CheckReading,
  type Judgement,
  judgeClock,
  judgeConnect,
  judgeDirectory,
  judgeHttp,
  judgePing,
  judgeResolve,
  judgeTalk,
  judgeTls,
  toEpochMs,
} from '@cordon/core';
import { tryConnect } from '../diagnose/probes/connect.ts';
import { tryHttp } from '../diagnose/probes/http.ts';
import { ping } from '../diagnose/probes/ping.ts';
import { resolveName } from '../diagnose/probes/resolve.ts';
import { hearGreeting } from '../diagnose/probes/talk.ts';
import { tryTls } from '../diagnose/probes/tls.ts';
import { localView } from '../diagnose/view.ts';
import { askDirectory } from './ask-directory.ts';
import { askNtp } from './ask-ntp.ts';

/** Asks a device at an address. */
export type AskEquipment = (check: Check, address: string) => Promise<Judgement>;

/** Asks once, by the doctor's own probes, a device in its own way. Never throws for what the network does. */
export async function makeCheck(check: Check, askEquipment: AskEquipment): Promise<CheckReading> {
  const judgement = await judge(check, askEquipment);
  return { at: toEpochMs(Date.now()), ...judgement };
}

async function judge(check: Check, askEquipment: AskEquipment): Promise<Judgement> {
  const { kind, host } = check;
  // Of a name everything is asked, not the first address alone.
  const address = kind === 'dns' || isIP(host) > 0 ? host : await findAddress(host);
  if (address === undefined)
    return { state: 'fail', text: `The name ${host} has no address here.` };
  return askAddress(check, address, askEquipment);
}

/** The first address, as programs of this machine get it. */
const findAddress = (host: string): Promise<string | undefined> =>
  lookup(host).then(
    (found) => found.address,
    () => undefined,
  );

async function askAddress(
  check: Check,
  address: string,
  askEquipment: AskEquipment,
): Promise<Judgement> {
  const { kind, host, port, expect } = check;
  switch (kind) {
    case 'ping':
      return judgePing(await ping(localView, address), expect);
    case 'tcp':
      return judgeConnect(await tryConnect(address, port), expect);
    case 'tls':
      return checkTls(check, address);
    case 'http':
      return checkHttp(check, address);
    case 'https': {
      const tls = await checkTls(check, address);
      if (tls.state === 'fail') return tls;
      const http = await checkHttp(check, address);
      return http.state === 'ok' && tls.state === 'warn' ? { ...http, ...tls } : http;
    }
    case 'smtp':
    case 'ssh':
    case 'postgres':
    case 'mysql':
    case 'redis': {
      const { value, ms } = await timed(hearGreeting({ address, port, service: kind }));
      return judgeTalk(value, ms, expect);
    }
    case 'ldap': {
      const { value, ms } = await timed(askDirectory({ address, port, serverName: host }));
      return judgeDirectory(value, ms, expect);
    }
    case 'ntp':
      return judgeClock(await askNtp({ address, port }), expect);
    case 'snmp':
      return askEquipment(check, address);
    case 'dns':
      return judgeResolve(await resolveName(host), expect);
  }
}

async function checkTls({ host, port, expect }: Check, address: string): Promise<Judgement> {
  const { value, ms } = await timed(
    tryTls({
      address,
      port,
      serverName: isIP(host) > 0 ? '' : host,
      isEachVersionTried: expect.tlsVersions !== undefined,
      ...(expect.alpn === undefined ? {} : { alpn: expect.alpn }),
    }),
  );
  return judgeTls(value, { now: toEpochMs(Date.now()), ms, expect });
}

async function checkHttp(
  { kind, host, port, path, expect }: Check,
  address: string,
): Promise<Judgement> {
  const fact = await tryHttp({
    address,
    port,
    host,
    path,
    isTls: kind === 'https',
    ...(expect.body === undefined ? {} : { lookFor: expect.body }),
  });
  return judgeHttp(fact, expect);
}

async function timed<T>(work: Promise<T>): Promise<{ readonly value: T; readonly ms: number }> {
  const begun = performance.now();
  const value = await work;
  return { value, ms: performance.now() - begun };
}
