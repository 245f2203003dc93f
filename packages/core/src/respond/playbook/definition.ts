import type { Json, JsonObject } from '../../shared/json.ts';
import type { Result } from '../../shared/result.ts';
import { parsePlaybook } from './parse-playbook.ts';
import { listAllSteps, type Playbook } from './playbook.ts';

/** A playbook and those it calls, as a run keeps them: a later edit of a file changes nothing here. */
export interface Definition {
  readonly playbook: Playbook;
  readonly calls: Readonly<Record<string, Playbook>>;
}

/** Those of `all` that a playbook calls, directly or through others. */
export function listCalled(playbook: Playbook, all: readonly Playbook[]): readonly Playbook[] {
  const found = new Map<string, Playbook>();
  const follow = (one: Playbook): void => {
    for (const step of listAllSteps(one)) {
      const called =
        step.kind === 'call' ? all.find((other) => other.id === step.playbook) : undefined;
      if (!called || found.has(called.id)) continue;
      found.set(called.id, called);
      follow(called);
    }
  };
  follow(playbook);
  return [...found.values()];
}

/** What the playbook of a run was, and what it calls, in the form a run keeps. */
export function toDefinition(playbook: Playbook, all: readonly Playbook[] = []): JsonObject {
  const { file, text } = playbook.source;
  const calls = listCalled(playbook, all).map(({ id, source }) => [id, { ...source }] as const);
  return { file, text, ...(calls.length === 0 ? {} : { calls: Object.fromEntries(calls) }) };
}

const toSource = (kept: Json | undefined): { readonly file: string; readonly text: string } => {
  const of = typeof kept === 'object' && kept !== null ? (kept as JsonObject) : {};
  const member = (value: Json | undefined): string => (typeof value === 'string' ? value : '');
  return { file: member(of['file']), text: member(of['text']) };
};

/** The playbooks of a run as it was started with them. */
export function readDefinition(kept: JsonObject): Result<Definition> {
  const sources = [toSource(kept), ...Object.values(kept['calls'] ?? {}).map(toSource)];
  const parsed = sources.map(({ file, text }) => parsePlaybook(text, file));
  const [first, ...called] = parsed;
  const problem = parsed.flatMap(({ problems }) => problems)[0];
  if (!first?.playbook || problem) {
    const unknown = {
      code: 'playbook_syntax' as const,
      detail: 'The playbook of the run cannot be read.',
      retryable: false,
    };
    return { ok: false, problem: problem ?? unknown };
  }
  const calls = called.flatMap(({ playbook }) => (playbook ? [[playbook.id, playbook]] : []));
  return { ok: true, value: { playbook: first.playbook, calls: Object.fromEntries(calls) } };
}
