import {
  BoundedMap,
  type Definition,
  listCalled,
  type Playbook,
  type Result,
  type Run,
  readDefinition,
  toDefinition,
} from '@cordon/core';

const MOST = 200;

/**
 * Reads the playbook that a run keeps. One that is still installed word for word is taken as it is, and
 * what was read lately stays read: a run is looked at again and again.
 */
export function createDefinitions(installed: () => readonly Playbook[]) {
  const known = new BoundedMap<string, Result<Definition>>(MOST);
  return ({
    playbookId,
    definition,
  }: Pick<Run, 'playbookId' | 'definition'>): Result<Definition> => {
    const key = JSON.stringify(definition);
    const read =
      known.get(key) ?? findInstalled(installed(), playbookId, key) ?? readDefinition(definition);
    known.set(key, read);
    return read;
  };
}

function findInstalled(
  all: readonly Playbook[],
  id: string,
  key: string,
): Result<Definition> | undefined {
  const playbook = all.find((one) => one.id === id);
  if (!playbook || JSON.stringify(toDefinition(playbook, all)) !== key) return undefined;
  const calls = Object.fromEntries(listCalled(playbook, all).map((one) => [one.id, one]));
  return { ok: true, value: { playbook, calls } };
}
