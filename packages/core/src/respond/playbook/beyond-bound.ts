import { type Document, parseDocument } from 'yaml';
import type { Incident } from '../../correlate/incident.ts';
import { idOf } from '../../shared/id.ts';
import type { Json } from '../../shared/json.ts';
import { printJson } from '../cel/expression.ts';
import { toDefinition } from './definition.ts';
import { toFacts } from './facts.ts';
import { MOST_ROUNDS, type Playbook } from './playbook.ts';
import type { Run, RunOrder } from './run.ts';

/** The values of `each` by what becomes of them. */
export interface Items {
  /** Each gets a run of its own. */
  readonly taken: readonly Json[];
  /** Beyond the bound: a person is asked about them. */
  readonly left: readonly Json[];
}

const NAMED = 10;
const ASKED_FOR = '1d';

/** What a run and its question say of values beyond the bound. */
export function printBeyond({ each }: Playbook, { taken, left }: Items): string {
  const names = left.slice(0, NAMED).map(printJson).join(', ');
  const more = left.length > NAMED ? ` and ${left.length - NAMED} more` : '';
  const count = taken.length + left.length;
  return `"${each}" has ${count} values; the playbook runs over the first ${taken.length} by itself. Left out: ${names}${more}.`;
}

/**
 * The run about what is beyond the bound of a playbook: it asks a person and, after a yes, walks the
 * steps for every value that is left by then. It is there once for each doubling of what is left, so
 * that an incident that grows asks ten times, not a thousand.
 */
export function toBeyondRun(
  playbook: Playbook,
  incident: Incident,
  order: Pick<RunOrder, 'at' | 'all' | 'inputs'> & { readonly items: Items },
): Run {
  const { items, at, all } = order;
  const text = printBeyond(playbook, items);
  const level = Math.floor(Math.log2(items.left.length));
  return {
    id: idOf('run', [playbook.id, incident.id, 'beyond', level]),
    playbookId: playbook.id,
    playbookVersion: playbook.version,
    definition: {
      ...toDefinition(playbook, all),
      text: toAsking(playbook, `${text} Run over what is left as well?`),
    },
    incidentId: incident.id,
    inputs: {
      incident: toFacts(incident),
      inputs: { ...order.inputs, taken: items.taken },
      item: null,
    },
    status: 'queued',
    why: `"${playbook.title}" has more to run over than it may by itself. ${text} Values that come later are asked about when ${2 ** (level + 1)} are left out.`,
    createdAt: at,
    log: [],
    revision: 1,
  };
}

/** The playbook as one that asks first, looks again, and then takes what is left one by one. */
function toAsking({ source, each }: Playbook, question: string): string {
  const document: Document = parseDocument(source.text);
  const steps = document.get('steps');
  document.delete('each');
  document.delete('at_most');
  document.setIn(['inputs', 'taken'], document.createNode({ type: 'list', default: [] }));
  const ask = { id: 'beyond-bound', ask: escapeHoles(question), expires: ASKED_FOR, else: 'fail' };
  const look = { id: 'beyond-look', wait: '1m', until: 'true' };
  const rest = {
    id: 'beyond-rest',
    each: `(${each}).filter(one, !(one in inputs.taken))`,
    most: MOST_ROUNDS,
    steps: [],
  };
  document.set('steps', document.createNode([ask, look, rest]));
  document.setIn(['steps', 2, 'steps'], steps);
  return document.toString({ lineWidth: 0 });
}

/** Values come from what attackers wrote: nothing in them is read as a hole. */
const escapeHoles = (text: string): string => text.replaceAll('${{', '$ {{');
