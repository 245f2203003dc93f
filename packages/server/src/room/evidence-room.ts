import { err, type IncidentId, ok, type Problem, type Result, type RoomLine } from '@cordon/core';
import { refuse } from '../runner/desk.ts';
import type { RecordLog } from '../store/ports.ts';
import type { EvidenceShelf } from './evidence-shelf.ts';
import type { NewEvidence, RoomDesk } from './ports.ts';
import type { RoomBook } from './room-book.ts';

export interface EvidenceDeps {
  readonly book: RoomBook;
  readonly shelf: EvidenceShelf;
  readonly log: Pick<RecordLog, 'get'>;
}

/** Keeps evidence and hands it out; the chain of custody is the lines it writes. */
export class EvidenceRoom {
  readonly #deps: EvidenceDeps;

  constructor(deps: EvidenceDeps) {
    this.#deps = deps;
  }

  /** The bytes are durable before the line is. */
  async keep(
    incidentId: IncidentId,
    { name, note, bytes, offsets }: NewEvidence,
    by: string,
  ): Promise<Result<RoomLine>> {
    const sha256 = await this.#deps.shelf.put(bytes);
    return this.#deps.book.write(
      incidentId,
      {
        what: 'evidence_added',
        name,
        note,
        sha256,
        sizeBytes: bytes.byteLength,
        ...(offsets === undefined ? {} : { offsets }),
      },
      by,
    );
  }

  keepRecords: RoomDesk['keepRecords'] = async (incidentId, { offsets, note }, by) => {
    const records = await Promise.all(offsets.map((offset) => this.#deps.log.get(offset)));
    const missing = offsets.filter((_, index) => records[index] === undefined);
    if (missing.length > 0)
      return refuse('evidence_gone', `Record ${missing.join(', ')} is not there any more.`);
    const bytes = Buffer.concat(
      records.flatMap((record) => (record ? [record.bytes, Buffer.from('\n')] : [])),
    );
    const name = `records-${offsets[0]}.log`;
    return this.keep(incidentId, { name, note, bytes, offsets }, by);
  };

  /** What is damaged is handed out to nobody; that is noted as well. */
  lookAt: RoomDesk['lookAt'] = async (incidentId, number, by) => {
    const { book, shelf } = this.#deps;
    const room = await book.room(incidentId);
    const evidence = room.evidence.find((one) => one.number === number);
    if (!evidence) return refuse('not_found', 'There is no such evidence.');
    const found = await shelf.get(evidence.added.sha256);
    const isIntact = found?.isIntact ?? false;
    const seen = { what: 'evidence_seen', evidence: number, isIntact } as const;
    const written = await book.write(incidentId, seen, by);
    if (!written.ok) return written;
    if (!found?.isIntact) return err(DAMAGED);
    return ok({ name: evidence.added.name, bytes: found.bytes });
  };
}

const DAMAGED: Problem = {
  code: 'evidence_gone',
  detail: 'The evidence is not what was put there any more.',
  hint: 'Compare with a backup of the folder evidence.',
  retryable: false,
};
