import { join } from 'node:path';
import { toEpochMs } from '@cordon/core';
import type { Config } from './config/load-config.ts';
import { createSignedLinks, openLinkKey } from './notify/links.ts';
import type { OnCallDesk } from './notify/ports.ts';
import type { Desk } from './ports.ts';
import { createEvidenceShelf } from './room/evidence-shelf.ts';
import type { LineKey } from './room/keys.ts';
import { readRoomContent } from './room/read-templates.ts';
import { Rooms } from './room/room-desk.ts';
import type { RecordLog, StateStore } from './store/ports.ts';
import type { Telemetry } from './telemetry/telemetry.ts';

/** What the rooms of incidents stand on. */
export interface RoomGround {
  readonly config: Pick<Config, 'dataDir' | 'contentDir' | 'targets'>;
  readonly root: string;
  readonly stores: { readonly state: StateStore; readonly log: RecordLog };
  readonly telemetry: Telemetry;
  readonly signal: AbortSignal;
}

/** The rooms with their evidence, links and templates. */
export async function composeRooms(
  { config, root, stores, telemetry, signal }: RoomGround,
  parts: {
    readonly desk: Desk;
    readonly onCall: OnCallDesk | undefined;
    readonly publicUrl: () => string;
  },
): Promise<Rooms> {
  const [content, key] = await Promise.all([
    readRoomContent(config.contentDir ?? join(root, 'content')),
    openLinkKey(config.dataDir),
  ]);
  for (const problem of content.problems) telemetry.problemRaised({ part: 'room', problem });
  return new Rooms({
    ...parts,
    store: stores.state,
    log: stores.log,
    shelf: createEvidenceShelf(config.dataDir),
    content,
    times: config.targets,
    links: {
      guest: createSignedLinks<LineKey>(key, 'guest'),
      question: createSignedLinks<LineKey>(key, 'question'),
    },
    now: () => toEpochMs(Date.now()),
    signal,
    report: (problem) => telemetry.problemRaised({ part: 'room', problem }),
  });
}
