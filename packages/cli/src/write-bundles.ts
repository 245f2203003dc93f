import { writeFile } from 'node:fs/promises';
import { toAttackFlow, toStixBundle } from '@cordon/core';
import type { Investigation } from '@cordon/server';
import { neutralise } from './terminal.ts';

/** Where to write what an investigation found, for other tools. */
export interface BundleFlags {
  readonly stix?: string;
  readonly attackFlow?: string;
}

type Bundle = ReturnType<typeof toStixBundle>;

/** All bundles as one: the same object of two incidents is in it once. */
function join(bundles: readonly Bundle[]): Bundle | undefined {
  const [first] = bundles;
  if (!first) return undefined;
  const objects = new Map<string, unknown>();
  for (const bundle of bundles)
    for (const object of bundle['objects'] as unknown as readonly Bundle[])
      if (!objects.has(object.id)) objects.set(object.id, object);
  return { ...first, objects: [...objects.values()] as never };
}

/** Writes the incidents as STIX 2.1 and as Attack Flow 2, as asked for; without incidents, says so. */
export async function writeBundles(
  { incidents, alerts }: Investigation,
  flags: BundleFlags,
): Promise<void> {
  const asked = [
    { path: flags.stix, make: toStixBundle, what: 'STIX bundle' },
    { path: flags.attackFlow, make: toAttackFlow, what: 'Attack Flow' },
  ];
  for (const { path, make, what } of asked) {
    if (path === undefined) continue;
    const bundle = join(
      incidents.map((incident) => {
        const members = new Set<string>(incident.alertIds);
        return make(
          incident,
          alerts.filter(({ id }) => members.has(id)),
        );
      }),
    );
    if (bundle) await writeFile(path, `${JSON.stringify(bundle, null, 2)}\n`);
    process.stderr.write(
      bundle
        ? `The ${what} is in ${neutralise(path)}\n`
        : `There is no incident, so no ${what} was written to ${neutralise(path)}\n`,
    );
  }
}
