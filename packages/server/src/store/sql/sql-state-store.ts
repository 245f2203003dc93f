import type { StateStore } from '../ports.ts';
import { findingSide } from './finding-side.ts';
import { keepingSide } from './keeping-side.ts';
import { ledgerSide, runSide } from './ledger-side.ts';
import { notifySide } from './notify-side.ts';
import { peopleSide } from './people-side.ts';
import { pipelineSide } from './pipeline-side.ts';
import { recordSide } from './record-side.ts';
import { roomSide } from './room-side.ts';
import { ruleSide } from './rule-side.ts';
import type { StateDatabase } from './state-database.ts';

/*
 * The state store over SQL that SQLite and PostgreSQL both speak. Lists run newest first over `seq`,
 * the number a row got when it was first written.
 */

/** The state store over an open, migrated database. */
export const createSqlStateStore = (base: StateDatabase): StateStore => ({
  ...pipelineSide(base),
  ...findingSide(base),
  ...recordSide(base),
  ...ruleSide(base),
  ...runSide(base),
  ...ledgerSide(base),
  ...peopleSide(base),
  ...keepingSide(base),
  ...notifySide(base),
  ...roomSide(base),
  close: () => base.close(),
});
