import type { KnownThing } from '@cordon/contract';
import type { Event } from '@cordon/core';
import { compact } from './present.ts';

const MAX_SHOWN = 40;

type Enrichment = NonNullable<Event['enrichments']>[number];

/** The owner stands at the machine or the endpoint that the enrichment is of, the department at the account. */
function besideOf(event: Event, { name }: Enrichment): Pick<KnownThing, 'owner' | 'department'> {
  const { device, src_endpoint: src, dst_endpoint: dst, user, actor } = event;
  switch (name) {
    case 'device.hostname':
      return compact({ owner: device?.owner?.name });
    case 'src_endpoint.ip':
      return compact({ owner: src?.owner?.name });
    case 'dst_endpoint.ip':
      return compact({ owner: dst?.owner?.name });
    case 'user.name':
      return compact({ department: user?.org?.ou_name });
    case 'actor.user.name':
      return compact({ department: actor?.user?.org?.ou_name });
    default:
      return {};
  }
}

function toKnown(event: Event, enrichment: Enrichment): readonly KnownThing[] {
  const { type, value, provider, data } = enrichment;
  if (type !== 'asset' && type !== 'identity') return [];
  const facts = data as Omit<KnownThing, 'kind' | 'id' | 'source'>;
  const { name, criticality, role, department, data_class, is_exposed, privilege, manager } = facts;
  const told = { name, criticality, role, department, data_class, is_exposed, privilege, manager };
  const source = provider ?? 'inventory';
  return [
    { ...besideOf(event, enrichment), ...compact({ kind: type, id: value, source, ...told }) },
  ];
}

const weightOf = ({ criticality = 0, privilege, is_exposed: isOpen }: KnownThing): number =>
  criticality + (privilege ? 4 : 0) + (isOpen ? 1 : 0);

/** What was told of the machines and accounts of some events, each once, what most rests on first. */
export function presentKnown(events: readonly Event[]): readonly KnownThing[] {
  const known = new Map<string, KnownThing>();
  for (const event of events.toSorted((a, b) => a.time - b.time))
    for (const thing of (event.enrichments ?? []).flatMap((one) => toKnown(event, one)))
      known.set(`${thing.kind} ${thing.name ?? thing.id}`, thing);
  return [...known.values()].toSorted((a, b) => weightOf(b) - weightOf(a)).slice(0, MAX_SHOWN);
}
