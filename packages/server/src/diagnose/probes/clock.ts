import { request as requestPlain } from 'node:http';
import { request as requestTls } from 'node:https';
import { type ClockFact, toEpochMs } from '@cordon/core';
import type { View } from '../view.ts';

const ANSWER_MS = 3_000;

export interface ClockPlace {
  readonly address: string;
  readonly port: number;
  readonly isTls: boolean;
}

/** How far this clock is from the target's: by the `Date` of its HTTP, else by its own `date`. */
export async function compareClocks(
  place: ClockPlace,
  target: View | undefined,
): Promise<ClockFact> {
  const dated = await readHttpDate(place);
  const localAt = toEpochMs(Date.now());
  if (dated !== undefined && Number.isFinite(dated))
    return { localAt, offsetMs: localAt - dated, toldBy: `the service at ${place.address}` };
  const told = await target?.run('date', ['+%s']);
  if (target === undefined || told?.code !== 0) return { localAt, toldBy: 'nobody' };
  return { localAt, offsetMs: localAt - Number(told.text.trim()) * 1_000, toldBy: target.name };
}

function readHttpDate({ address, port, isTls }: ClockPlace): Promise<number | undefined> {
  return new Promise((resolve) => {
    const send = isTls ? requestTls : requestPlain;
    const request = send({
      host: address,
      port,
      path: '/',
      method: 'HEAD',
      agent: false,
      timeout: ANSWER_MS,
      ...(isTls ? { rejectUnauthorized: false } : {}),
    });
    const end = (value: number | undefined): void => {
      request.destroy();
      resolve(value);
    };
    request.once('response', ({ headers: { date } }) =>
      end(date === undefined ? undefined : Date.parse(date)),
    );
    request.once('timeout', () => end(undefined));
    request.once('error', () => resolve(undefined));
    request.end();
  });
}
