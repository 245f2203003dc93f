import {
  err,
  lintLibrary,
  ok,
  type Playbook,
  type Problem,
  parsePlaybook,
  type Result,
} from '@cordon/core';
import { isMap, parseDocument } from 'yaml';
import type { NewAuditEntry } from '../store/ports.ts';
import { keepVersion, listVersions, newestNumber, type PlaybookVersion } from './written.ts';

export interface PlaybookWriterDeps {
  readonly dataDir: string;
  /** Those that are in force. */
  readonly playbooks: () => readonly Playbook[];
  readonly audit: (entry: NewAuditEntry) => Promise<void>;
  /** Reads the content anew, so that the playbook is in force when it was told. */
  readonly reload: (actor: string) => Promise<unknown>;
  readonly now: () => NewAuditEntry['at'];
}

/** A text to be put in force. */
export interface PlaybookDraft {
  readonly id: string;
  readonly text: string;
  /** The version that the draft was made of; 0 for a playbook that is new. */
  readonly baseVersion: number;
  readonly reason: string;
}

const AS_IT_CAME = { by: 'cordon', reason: 'As it came along.' } as const;

/**
 * Puts playbooks in force that people write here. Every version stays with who saved it, when and why;
 * runs that go on keep the definition they started with. An earlier version comes back by being saved again.
 */
export class PlaybookWriter {
  readonly #deps: PlaybookWriterDeps;

  constructor(deps: PlaybookWriterDeps) {
    this.#deps = deps;
  }

  /** Newest first; without any that was saved here, the one in force is all there is. */
  async versions(id: string): Promise<readonly PlaybookVersion[]> {
    const kept = await listVersions(this.#deps.dataDir, id);
    const current = this.#find(id);
    return kept.length > 0 || !current ? kept : [shipped(current)];
  }

  /** The playbook as it is in force now, with its new version; or what is wrong with the text. */
  async write(draft: PlaybookDraft, actor: string): Promise<Result<Playbook>> {
    const { dataDir, now, audit, reload } = this.#deps;
    const current = this.#find(draft.id);
    const newest = (await this.versions(draft.id))[0]?.version ?? 0;
    if (newest !== draft.baseVersion) return err(changed(newest));
    const version = Math.max(newest, await newestNumber(dataDir, draft.id)) + 1;
    const read = readDraft(draft, version);
    if (!read.ok) return read;
    const misfit = this.#misfit(read.value);
    if (misfit) return err(misfit);
    const at = now();
    if (current && newest === current.version)
      await keepVersion(dataDir, draft.id, shipped(current));
    const { text } = read.value.source;
    const { reason } = draft;
    const isKept = await keepVersion(dataDir, draft.id, { version, text, by: actor, at, reason });
    if (!isKept) return err(changed(version));
    const data = { title: read.value.title, version, reason };
    await audit({ at, actor, what: 'playbook_written', subject: draft.id, data });
    await reload(actor);
    return read;
  }

  #find(id: string): Playbook | undefined {
    return this.#deps.playbooks().find((playbook) => playbook.id === id);
  }

  /** What stands wrong between it and the others that did not before. */
  #misfit(playbook: Playbook): Problem | undefined {
    const all = this.#deps.playbooks();
    const known = new Set(lintLibrary(all).map(({ detail }) => detail));
    const others = all.filter(({ id }) => id !== playbook.id);
    return lintLibrary([...others, playbook]).find(({ detail }) => !known.has(detail));
  }
}

const shipped = ({ version, source: { text } }: Playbook): PlaybookVersion => ({
  version,
  text,
  ...AS_IT_CAME,
});

/** The text with its version written into it, read. */
function readDraft({ id, text, baseVersion }: PlaybookDraft, version: number): Result<Playbook> {
  const { playbook, problems } = parsePlaybook(inVersion(text, version), `${id}/playbook.yml`);
  if (problems[0]) return err(problems[0]);
  if (playbook?.id === id) return ok(playbook);
  const detail =
    baseVersion === 0
      ? `The text must be of the playbook "${id}".`
      : `The text must stay that of the playbook "${id}"; another name is another playbook.`;
  return err({ code: 'playbook_bad_value', detail, retryable: false });
}

const changed = (version: number): Problem => ({
  code: 'playbook_changed',
  detail: `Version ${version} was saved in the meantime; this text was made of an earlier one.`,
  hint: 'Load the page anew and make your change once more.',
  retryable: false,
});

/** What is no map of YAML stays as it is, for the reader to say so. */
function inVersion(text: string, version: number): string {
  const document = parseDocument(text);
  if (document.errors.length > 0 || !isMap(document.contents)) return text;
  document.set('version', version);
  return document.toString({ lineWidth: 0 });
}
