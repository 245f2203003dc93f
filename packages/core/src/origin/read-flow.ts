import { canonicalIp, isExternalIp, isOwnAddress } from '../entity/resolve.ts';
import type { Event } from '../event/event.ts';
import type { Arrival } from './arrivals.ts';
import { isControlPort } from './arrivals.ts';
import type { FileTrace } from './file-traces.ts';

/*
 * What moves between machines and onto disks, as one event tells it: a connection that controls,
 * a file that is written, a file that was loaded from somewhere.
 */

const NETWORK_ACTIVITY = 4001;
const FILE_ACTIVITY = 1001;
const FILE_CREATE = 1;
const FILE_UPDATE = 3;
const CLOSED_OR_REFUSED: ReadonlySet<number> = new Set([4, 5]);
/** What can be started; everything else that is written explains no process. */
const STARTABLE =
  /\.(?:exe|dll|scr|com|bat|cmd|ps1|psm1|vbs|vbe|js|jse|wsf|hta|msi|lnk|sct|xll|jar|py|pl|sh|elf|bin|so|iso|img|doc[mx]?|xls[mx]?|ppt[mx]?|one|chm|zip|rar|7z)$|\/[^./\\]+$/i;
const MARK = /^(?:HostUrl|ReferrerUrl)=(\S{4,2048})/im;

const insideIp = (text: string | undefined): string | undefined => {
  const ip = text === undefined ? undefined : canonicalIp(text);
  return ip === undefined || isOwnAddress(ip) || isExternalIp(ip) ? undefined : ip;
};

/** One machine inside reached another over a port of control. */
export function arrivalOf(event: Event): Arrival | undefined {
  if (event.class_uid !== NETWORK_ACTIVITY || CLOSED_OR_REFUSED.has(event.activity_id))
    return undefined;
  const port = event.dst_endpoint?.port;
  if (!isControlPort(port)) return undefined;
  const from = insideIp(event.src_endpoint?.ip);
  const onto = insideIp(event.dst_endpoint?.ip);
  if (from === undefined || onto === undefined || from === onto) return undefined;
  return { from, onto, port, at: event.time, offset: event.provenance.offset };
}

/** A file that can be started was written, or marked with where it came from. */
export function fileOf(
  event: Event,
  host: string,
  writerKey: string | undefined,
): FileTrace | undefined {
  if (event.class_uid !== FILE_ACTIVITY) return undefined;
  if (event.activity_id !== FILE_CREATE && event.activity_id !== FILE_UPDATE) return undefined;
  const path = event.file?.path;
  if (path === undefined || path.length > 1_024) return undefined;
  const contents = event.provenance.fields['Contents'];
  const url = typeof contents === 'string' ? MARK.exec(contents)?.[1] : undefined;
  const bare = path.replace(/:Zone\.Identifier$/i, '');
  if (!STARTABLE.test(bare)) return undefined;
  const writerName = event.actor?.process?.file?.path ?? event.actor?.process?.name;
  return {
    host,
    path: bare,
    at: event.time,
    offset: event.provenance.offset,
    ...(writerKey === undefined ? {} : { writerKey }),
    ...(writerName === undefined ? {} : { writerName }),
    ...(url === undefined ? {} : { url }),
  };
}
