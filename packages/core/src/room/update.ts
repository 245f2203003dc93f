import type { Incident } from '../correlate/incident.ts';
import { tidy } from '../notify/letter.ts';
import type { ActionRecord } from '../respond/action.ts';
import type { Problem } from '../shared/problem.ts';
import type { EpochMs } from '../shared/time.ts';
import type { Audience } from './line.ts';
import type { Room } from './room.ts';
import type { TargetState } from './target.ts';

/** How an update for an audience is worded; `{name}` stands for a fact of {@link UPDATE_FACTS}. */
export interface UpdateTemplate {
  readonly audience: Audience;
  readonly subject: string;
  readonly text: string;
}

/** What an update may tell, and what each is. */
export const UPDATE_FACTS = {
  name: 'INC-42',
  title: 'the title of the incident',
  priority: 'P1 to P4',
  status: 'where it stands',
  opened: 'when it was opened',
  first_sign: 'when its first sign was',
  story: 'what happened, sentence by sentence',
  origin: 'where it began',
  affected: 'machines, accounts and cloud resources in it',
  held: 'what is held by verified actions',
  waiting: 'how many actions wait for a decision',
  open_tasks: 'tasks that are not done, with owners',
  decisions: 'what was decided, with why',
  targets: 'the targets of time and where each stands',
  lead: 'who leads',
} as const;
export type UpdateFact = keyof typeof UPDATE_FACTS;

/** What an update is drafted from. */
export interface UpdateGround {
  readonly incident: Incident;
  readonly openedAt: EpochMs | undefined;
  readonly actions: readonly ActionRecord[];
  readonly room: Room;
  readonly targets: readonly TargetState[];
}

const HOLE = /\{([a-z_]{1,40})\}/g;
const MOST_ITEMS = 20;
const AFFECTED: readonly string[] = ['host', 'user', 'cloud_resource'];

/** What is wrong with a template: it names what is no fact. */
export function lintUpdate({ subject, text }: UpdateTemplate, file: string): readonly Problem[] {
  const names = [...`${subject}\n${text}`.matchAll(HOLE)].map(([, name]) => name ?? '');
  return names
    .filter((name) => !(name in UPDATE_FACTS))
    .map((name) => ({
      code: 'room_content_unusable',
      detail: `An update can tell no "${name}".`,
      hint: `There are: ${Object.keys(UPDATE_FACTS).join(', ')}.`,
      at: { file },
      retryable: false,
    }));
}

/** An update of that wording, from what is known of the incident now. */
export function draftUpdate(
  template: UpdateTemplate,
  ground: UpdateGround,
): { readonly subject: string; readonly text: string } {
  const facts = factsOf(ground);
  const fill = (text: string): string =>
    text.replace(HOLE, (hole, name: string) => facts[name as UpdateFact] ?? hole);
  return { subject: tidy(fill(template.subject), 200), text: fill(template.text) };
}

const list = (items: readonly string[], none: string): string =>
  items.length === 0
    ? none
    : items
        .slice(0, MOST_ITEMS)
        .map((item) => `- ${tidy(item, 400)}`)
        .join('\n');

/** A time to the minute, as people read it. */
export const toUtc = (at: number): string =>
  `${new Date(at).toISOString().slice(0, 16).replace('T', ' ')} UTC`;

/** Actions whose effect holds now, in words. */
export const heldActions = (actions: readonly ActionRecord[]): readonly ActionRecord[] =>
  actions.filter(({ status }) => status === 'held');

const WAITING: readonly ActionRecord['status'][] = [
  'awaiting_approval',
  'uncertain',
  'undo_failed',
];

/** Actions that wait for a person. */
export const waitingActions = (actions: readonly ActionRecord[]): readonly ActionRecord[] =>
  actions.filter(({ status }) => WAITING.includes(status));

function factsOf({
  incident,
  openedAt,
  actions,
  room,
  targets,
}: UpdateGround): Record<UpdateFact, string> {
  const affected = incident.entities.filter(({ kind }) => AFFECTED.includes(kind));
  return {
    name: `INC-${incident.number}`,
    title: tidy(incident.title, 200),
    priority: incident.priority.level,
    status: incident.state.status.replaceAll('_', ' '),
    opened: openedAt === undefined ? 'unknown' : toUtc(openedAt),
    first_sign: toUtc(incident.firstAt),
    story: list(incident.story, 'Nothing is told yet.'),
    origin:
      incident.origin.kind === 'unseen' ? 'Where it began was not seen.' : incident.origin.text,
    affected: list(
      affected.map(({ kind, id }) => `${kind.replaceAll('_', ' ')} ${id}`),
      'Nothing that is known.',
    ),
    held: list(
      heldActions(actions).map(({ verb, target }) => `${verb} on ${target.id}`),
      'Nothing is held.',
    ),
    waiting: String(waitingActions(actions).length),
    open_tasks: list(
      room.tasks
        .filter(({ done }) => done === undefined)
        .map(({ text, owner }) => `${text} (${owner ?? 'nobody'})`),
      'No task is open.',
    ),
    decisions: list(
      room.decisions.map(({ text, why, by }) => `${text} (${by}: ${why})`),
      'Nothing was decided yet.',
    ),
    targets: list(
      targets.map(({ target, dueAt, status }) => `${target} by ${toUtc(dueAt)}: ${status}`),
      'No target is set.',
    ),
    lead: room.roles.findLast(({ role }) => role === 'lead')?.person ?? 'nobody yet',
  };
}
