import type {
  ActionRecord,
  EpochMs,
  Incident,
  Need,
  Notice,
  NoticeKind,
  PriorityLevel,
  Roster,
  Run,
} from '@cordon/core';
import { isOpenQuestion } from '@cordon/core';
import type { UserAccount } from '../store/accounts.ts';
import type { StateStore } from '../store/ports.ts';

/*
 * What there is, as something people must be told of: pure but for the rules of an incident, which
 * stand with its alerts.
 */

/** A thing as it is now: people are needed, or it is over and why. */
export type Standing =
  | { readonly kind: 'need'; readonly need: Need }
  | { readonly kind: 'over'; readonly key: string; readonly why: string };

const MOST_ALERTS = 200;
const SUBJECT_KINDS: readonly string[] = ['host', 'user', 'ip', 'cloud_resource', 'domain'];
const STORY_LINES = 3;

export const incidentKey = (id: string): string => `incident:${id}`;

/** An incident, with who has it. */
export function standingOfIncident(incident: Incident, ruleIds: readonly string[]): Standing {
  const { id, state, priority, title, number } = incident;
  const key = incidentKey(id);
  if (incident.alertIds.length === 0)
    return { kind: 'over', key, why: 'Its alerts moved to another incident.' };
  if (state.status === 'resolved' || state.status === 'closed')
    return {
      kind: 'over',
      key,
      why: `${state.status} by ${state.verdict.by} as ${state.verdict.kind}`,
    };
  return {
    kind: 'need',
    need: {
      key,
      kind: 'incident',
      priority: priority.level,
      title: `INC-${number} ${title}`,
      lines: [priority.why, ...incident.story.slice(0, STORY_LINES), originLine(incident)],
      path: `/incidents/${id}`,
      incidentId: id,
      ruleIds,
      subjects: subjectsOf(incident),
      ...(state.status === 'new' ? {} : { holder: state.assignee }),
    },
  };
}

const originLine = ({ origin }: Incident): string =>
  origin.kind === 'unseen' ? 'Where it began was not seen.' : origin.text;

/** The rules behind an incident. */
export async function rulesOf(
  store: Pick<StateStore, 'listAlerts'>,
  { id }: Incident,
): Promise<readonly string[]> {
  const { items } = await store.listAlerts({ incidentId: id, limit: MOST_ALERTS });
  return [...new Set(items.map(({ rule }) => rule.id))].toSorted();
}

/** What the notifier knows of the incident a thing belongs to. */
export interface Around {
  readonly incident?: Incident | undefined;
  /** People who may approve. */
  readonly deciders: readonly string[];
}

/** What an incident is about, as teams own things. */
export const subjectsOf = (incident: Incident | undefined): readonly string[] =>
  (incident?.entities ?? []).filter(({ kind }) => SUBJECT_KINDS.includes(kind)).map(({ id }) => id);

const about = (incident: Incident | undefined): readonly string[] =>
  incident ? [`It belongs to INC-${incident.number} ${incident.title}.`] : [];

const pathOf = (incident: Incident | undefined): string =>
  incident ? `/incidents/${incident.id}?tab=actions` : '/actions';

/** An action twice: as an approval that waits, and as one that went wrong. */
export function standingsOfAction(action: ActionRecord, around: Around): readonly Standing[] {
  return [approvalOf(action, around), troubleOf(action, around)];
}

function approvalOf(action: ActionRecord, { incident, deciders }: Around): Standing {
  const key = `approval:${action.id}`;
  if (action.status !== 'awaiting_approval')
    return { kind: 'over', key, why: `the action is ${words(action.status)}` };
  return {
    kind: 'need',
    need: {
      ...shared(incident, incident?.priority.level ?? 'P3'),
      key,
      kind: 'approval',
      title: `Approve? ${action.verb} on ${action.target.id}`,
      lines: [action.reason, action.guard.blast.text, ...about(incident)],
      deciders,
    },
  };
}

function troubleOf(action: ActionRecord, { incident }: Around): Standing {
  const key = `action:${action.id}`;
  const isTrouble = ['uncertain', 'undo_failed', 'failed'].includes(action.status);
  if (!isTrouble) return { kind: 'over', key, why: `the action is ${words(action.status)}` };
  const priority = incident?.priority.level === 'P1' ? 'P1' : 'P2';
  const last = action.journal.at(-1);
  return {
    kind: 'need',
    need: {
      ...shared(incident, priority),
      key,
      kind: 'action',
      title: `${SAID[action.status] ?? words(action.status)}: ${action.verb} on ${action.target.id}`,
      lines: [...(last ? [last.text] : []), ...about(incident)],
    },
  };
}

const SAID: Readonly<Record<string, string>> = {
  uncertain: 'Nobody knows whether it took effect',
  undo_failed: 'An effect could not be taken back',
  failed: 'An action failed',
};

const shared = (
  incident: Incident | undefined,
  priority: PriorityLevel,
): Pick<Need, 'priority' | 'path' | 'ruleIds' | 'subjects' | 'incidentId'> => ({
  priority,
  path: pathOf(incident),
  ruleIds: [],
  subjects: subjectsOf(incident),
  ...(incident ? { incidentId: incident.id } : {}),
});

const words = (name: string): string => name.replaceAll('_', ' ');

/** Every question that the playbook asked, open or not. */
export function standingsOfRun(run: Run, { incident, deciders }: Around): readonly Standing[] {
  const asked = new Map(
    run.log.filter(({ outcome }) => outcome === 'waiting').map((line) => [line.stepId, line]),
  );
  return [...asked.values()].map((line): Standing => {
    const key = `question:${run.id}/${line.stepId}`;
    if (!isOpenQuestion(run, line)) return { kind: 'over', key, why: 'the question is answered' };
    return {
      kind: 'need',
      need: {
        ...shared(incident, incident?.priority.level ?? 'P3'),
        key,
        kind: 'question',
        title: `A playbook asks: ${line.text}`,
        lines: about(incident),
        deciders,
      },
    };
  });
}

const ALARM_PRIORITY: Readonly<Record<NoticeKind, PriorityLevel>> = {
  books: 'P2',
  failed: 'P2',
  silence: 'P2',
  lag: 'P2',
  losses: 'P2',
  unanswered: 'P2',
  target: 'P2',
  parse_failures: 'P3',
  skew: 'P3',
  times: 'P3',
  rule: 'P3',
};

export const alarmKey = ({ kind, sourceId }: Notice): string => `alarm:${kind}:${sourceId ?? ''}`;

/** An alarm of Cordon itself. */
export const needOfAlarm = (notice: Notice, { operators }: Roster): Need => ({
  key: alarmKey(notice),
  kind: 'alarm',
  priority: ALARM_PRIORITY[notice.kind],
  title: notice.text,
  lines: [notice.hint],
  path: '/sources',
  ruleIds: [],
  subjects: notice.sourceId === undefined ? [] : [notice.sourceId],
  teamId: operators,
});

/** People whose account may approve. */
export function decidersOf(users: readonly UserAccount[], { people }: Roster): readonly string[] {
  const able = new Set(
    users
      .filter(({ role, isDisabled }) => role !== 'viewer' && role !== 'proposer' && !isDisabled)
      .map(({ name }) => name),
  );
  return [...people.values()].filter(({ account }) => able.has(account)).map(({ id }) => id);
}

/** Somebody's own test. */
export const needOfTest = (given: {
  readonly personId: string;
  readonly channelId?: string | undefined;
  readonly by: string;
  readonly now: EpochMs;
}): Need => ({
  key: `test:${given.personId}:${given.now}`,
  kind: 'test',
  priority: 'P4',
  title: 'A test from Cordon',
  lines: [`${given.by} asked for it. When you can read this, the way to you works.`],
  path: '/on-call',
  ruleIds: [],
  subjects: [],
  only: {
    personId: given.personId,
    ...(given.channelId === undefined ? {} : { channelId: given.channelId }),
  },
});
