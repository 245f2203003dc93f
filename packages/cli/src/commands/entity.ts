import {
  ENTITY_KINDS,
  type EntityKind,
  type EntityView,
  likelihoodText,
  toEpochMs,
} from '@cordon/core';
import { readEntity } from '@cordon/server';
import { type DataFlags, withData } from '../data.ts';
import { EXIT, neutralise, toJsonLine } from '../terminal.ts';

export interface EntityFlags extends DataFlags {
  readonly at?: string;
  readonly json?: boolean;
}

const SHOWN = 20;

const isKind = (text: string): text is EntityKind => ENTITY_KINDS.some((kind) => kind === text);

/** What is known of a thing at a time, as of the last snapshot; exit 3 when no event spoke of it. */
export async function runEntity(kind: string, id: string, flags: EntityFlags): Promise<number> {
  const at = flags.at === undefined ? Date.now() : Date.parse(flags.at);
  if (!isKind(kind) || Number.isNaN(at)) {
    process.stderr.write(
      `A kind is one of ${ENTITY_KINDS.join(', ')}; --at is a time as 2026-11-24T10:00:00Z.\n`,
    );
    return EXIT.usage;
  }
  return withData(flags, async ({ folder }) => {
    const view = await readEntity(folder.state, { kind, id, at: toEpochMs(at) });
    if (view === undefined) {
      process.stderr.write('No snapshot was written yet; ask again in a minute.\n');
      return EXIT.found;
    }
    process.stdout.write(`${flags.json ? toJsonLine(view) : printEntity(view)}\n`);
    return view.firstAt === undefined && view.names.length === 0 ? EXIT.found : EXIT.ok;
  });
}

function tellReach({ machines, accounts }: NonNullable<EntityView['reach']>): readonly string[] {
  const list = (names: readonly string[]): string => names.slice(0, SHOWN).join(', ');
  return [
    ...(accounts.length === 0 ? [] : [`Accounts that can be had from there: ${list(accounts)}`]),
    ...(machines.length === 0 ? [] : [`Machines that can be reached: ${list(machines)}`]),
  ];
}

const timeOf = (at: number): string => new Date(at).toISOString();

function printEntity({
  ref,
  at,
  confidence,
  by,
  names,
  links,
  reach,
  ...view
}: EntityView): string {
  const seen =
    view.firstAt === undefined || view.lastAt === undefined
      ? 'No event told whom it had to do with.'
      : `Seen from ${timeOf(view.firstAt)} to ${timeOf(view.lastAt)}.`;
  return [
    `${ref.kind} ${ref.id} at ${timeOf(at)}, ${likelihoodText(confidence)} sure (${by.replaceAll('_', ' ')})`,
    seen,
    ...names.map(
      ({ name, holder, from, until, by: source }) =>
        `  ${name} was ${holder} from ${timeOf(from)}${until === undefined ? '' : ` to ${timeOf(until)}`} (${source.replaceAll('_', ' ')})`,
    ),
    ...links
      .slice(-SHOWN)
      .map(
        ({ from, relation, to, lastAt }) =>
          `  ${timeOf(lastAt)}  ${from} ${relation.replaceAll('_', ' ')} ${to}`,
      ),
    ...(reach === undefined ? [] : tellReach(reach)),
  ]
    .map(neutralise)
    .join('\n');
}
