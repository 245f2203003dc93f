/** What an operation does to a thing, by the first verb in its name. */
export type Crud = 'create' | 'read' | 'update' | 'delete' | 'other';

const VERBS: Readonly<Record<Exclude<Crud, 'other'>, string>> = {
  create:
    'create add insert upload register import new generate invite clone copy run launch allocate publish issue install open provision join enroll',
  read: 'get list describe read view download search query lookup select export head scan check preview fetch show watch batchget test validate sync',
  update:
    'update modify set patch put edit change enable disable rename move attach detach associate disassociate reset rotate grant revoke assign unassign write start stop lock unlock approve suspend configure replace restore transfer authorize activate deactivate save share unshare reboot tag untag transition override upgrade downgrade promote demote block unblock allow deny accept reject merge close reopen archive unarchive',
  delete:
    'delete remove destroy terminate purge drop deregister unregister uninstall trash unlink wipe clear erase evict cancel leave expire',
};
const KINDS: ReadonlyMap<string, Crud> = new Map(
  (Object.keys(VERBS) as (keyof typeof VERBS)[]).flatMap((kind) =>
    VERBS[kind].split(' ').map((verb) => [verb, kind] as const),
  ),
);
const MAX_CHARS = 256;

/** Reads `DeleteBucket`, `storage.objects.get`, `Add member to role`, `org.update_member`. */
export function toCrud(operation: string): Crud {
  const words = operation
    .slice(0, MAX_CHARS)
    .replace(/([a-z\d])([A-Z])/g, '$1 $2')
    .toLowerCase()
    .split(/[^a-z]+/);
  for (const word of words) {
    const kind = kindOf(word);
    if (kind) return kind;
  }
  return 'other';
}

/** Also of `created`, `removed`, `added`, `gets`. */
function kindOf(word: string): Crud | undefined {
  for (const stem of [
    word,
    word.replace(/d$/, ''),
    word.replace(/ed$/, ''),
    word.replace(/s$/, ''),
  ])
    if (KINDS.has(stem)) return KINDS.get(stem);
  return undefined;
}
