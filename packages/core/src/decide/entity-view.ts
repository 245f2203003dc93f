import type { Asset, Identity } from '../enrich/asset.ts';
import { type BlastRadius, blastRadius } from '../entity/blast-radius.ts';
import { type EntityKind, type EntityRef, entityKey } from '../entity/entity.ts';
import type { EntityLink } from '../entity/entity-graph.ts';
import { type Identified, identify } from '../entity/identify.ts';
import { type Holding, NAME_CONFIDENCE } from '../entity/name-book.ts';
import { accountNameOf } from '../entity/read-names.ts';
import { canonicalEntity } from '../entity/resolve.ts';
import type { EpochMs } from '../shared/time.ts';
import type { Memory } from './memory.ts';

/** Whose a name was, when and by whose word. */
export interface NameSpan extends Holding {
  readonly name: string;
  readonly confidence: number;
}

/** What is known of one thing at a time: what its name means, since when, and what it had to do with. */
export interface EntityView extends Identified {
  readonly at: EpochMs;
  readonly firstAt?: EpochMs;
  readonly lastAt?: EpochMs;
  /** Who held the name that was asked for, or, of a machine, which addresses it had. Oldest first. */
  readonly names: readonly NameSpan[];
  /** Newest last. */
  readonly links: readonly EntityLink[];
  readonly asset?: Asset;
  readonly identity?: Identity;
  /** What can be reached from it; of machines and accounts. */
  readonly reach?: BlastRadius;
}

/** What is asked for. */
export interface EntityQuestion {
  readonly kind: EntityKind;
  /** However it is written. */
  readonly id: string;
  readonly at: EpochMs;
}

function namesOf(
  memory: Memory,
  { kind, id }: EntityQuestion,
  ref: EntityRef,
): readonly NameSpan[] {
  const { names } = memory.entities;
  const asked =
    kind === 'user' ? accountNameOf(id) : canonicalEntity({ kind, id, role: 'related' }).id;
  const own = ref.kind === 'host' ? memory.links.addressesOf(ref.id) : [];
  return [...new Set([...(asked === undefined ? [] : [asked]), ...own])]
    .flatMap((name) => names.historyOf(name).map((holding) => ({ name, ...holding })))
    .filter(({ name, holder }) => name === asked || holder === ref.id)
    .map((span) => ({ ...span, confidence: NAME_CONFIDENCE[span.by] }))
    .sort((a, b) => a.from - b.from);
}

function reachOf(memory: Memory, { kind, id }: EntityRef, at: EpochMs): BlastRadius | undefined {
  if (kind === 'host') return blastRadius(memory.entities, { hosts: [id], users: [], at });
  if (kind === 'user') return blastRadius(memory.entities, { hosts: [], users: [id], at });
  return undefined;
}

/** What is known of a thing; one that no event spoke of has no times and no links. */
export function describeEntity(memory: Memory, question: EntityQuestion): EntityView {
  const { kind, id, at } = question;
  const { known } = memory.settings;
  const identified = identify({ kind, id, role: 'related' }, at, memory.directory);
  const { ref } = identified;
  const node = memory.entities.find(entityKey(ref));
  const asset = ref.kind === 'host' || ref.kind === 'ip' ? known.asset(ref.id, at) : undefined;
  const identity = ref.kind === 'user' ? known.identity(ref.id) : undefined;
  const reach = reachOf(memory, ref, at);
  return {
    ...identified,
    at,
    ...(node === undefined ? {} : { firstAt: node.firstAt, lastAt: node.lastAt }),
    names: namesOf(memory, question, ref),
    links: node?.links ?? [],
    ...(asset === undefined ? {} : { asset }),
    ...(identity === undefined ? {} : { identity }),
    ...(reach === undefined ? {} : { reach }),
  };
}
