import type { HuntEvent } from '@cordon/contract';
import { EVENT_CLASSES, type Event } from '@cordon/core';
import { compact, toTime } from './present.ts';

const MAX_TEXT = 300;

/** One event as a line, with all of it behind. */
export const presentHuntEvent = (event: Event): HuntEvent => ({
  ...compact({
    host: event.device?.hostname ?? event.device?.ip ?? event.dst_endpoint?.hostname,
    user: event.user?.name ?? event.actor?.user?.name,
    src_ip: event.src_endpoint?.ip,
  }),
  offset: event.provenance.offset,
  time: toTime(event.time),
  class_uid: event.class_uid,
  class_name: EVENT_CLASSES[event.class_uid] ?? String(event.class_uid),
  source_id: event.provenance.sourceId,
  text: eventText(event).slice(0, MAX_TEXT),
  event,
});

const STATUS: Readonly<Record<number, string>> = { 1: 'success', 2: 'failure' };

/** The most telling of what an event holds, in a line. */
export function eventText(event: Event): string {
  const { process, http_request, url, query, file, api, dst_endpoint, message } = event;
  const web = http_request?.http_method
    ? `${http_request.http_method} ${url?.path ?? ''} ${event.http_response?.code ?? ''}`.trim()
    : undefined;
  const target = dst_endpoint?.ip ? `to ${dst_endpoint.ip}:${dst_endpoint.port ?? ''}` : undefined;
  const what =
    process?.cmd_line ??
    web ??
    query?.hostname ??
    api?.operation ??
    file?.path ??
    message ??
    process?.name ??
    target ??
    url?.path ??
    '';
  const status = STATUS[event.status_id ?? 0];
  return [status, what].filter((part) => part !== undefined && part !== '').join(': ');
}
