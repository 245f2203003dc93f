import {
  DAY_MS,
  dutyEndsAt,
  type EpochMs,
  type Fatigue,
  type PriorityLevel,
  previewTelling,
  printMoment,
  type Roster,
  type Situation,
  toEpochMs,
  whoIsOn,
} from '@cordon/core';
import { openDataFolder, readFatigue, readOverrides } from '@cordon/server';
import { loadSettings } from '../settings.ts';
import { EXIT, neutralise, toJsonLine } from '../terminal.ts';

export interface OnCallFlags {
  readonly config?: string;
  readonly data?: string;
  readonly priority: string;
  readonly team?: string;
  readonly subject?: string;
  readonly fatigue?: boolean;
  readonly json?: boolean;
}

const PRIORITIES: readonly string[] = ['P1', 'P2', 'P3', 'P4'];
const FATIGUE_DAYS = 30;

/** Who is on call now, and who would be told of something, step by step; or what paging cost people. */
export async function runOnCall(flags: OnCallFlags): Promise<number> {
  const config = await loadSettings(flags.config);
  if (config === undefined) return EXIT.failed;
  const roster = config.notify?.roster;
  if (roster === undefined)
    return fail('Nobody is configured who could be told: name people and teams in cordon.yml.');
  if (!PRIORITIES.includes(flags.priority)) return fail('--priority is P1, P2, P3 or P4.');
  if (flags.team !== undefined && !roster.teams.has(flags.team))
    return fail(
      `There is no team "${flags.team}"; there are: ${[...roster.teams.keys()].join(', ')}.`,
    );
  const now = toEpochMs(Date.now());
  const folder = await openDataFolder(flags.data ?? config.dataDir);
  try {
    if (flags.fatigue === true && folder === undefined) return fail('There is no data there yet.');
    const text =
      flags.fatigue === true && folder
        ? toFatigue(
            await readFatigue(folder.state, toEpochMs(now - FATIGUE_DAYS * DAY_MS)),
            roster,
            flags,
          )
        : toTelling(await situate(roster, folder?.state, now), flags);
    process.stdout.write(`${text}\n`);
    return EXIT.ok;
  } finally {
    await folder?.close();
  }
}

function fail(text: string): number {
  process.stderr.write(`${neutralise(text)}\n`);
  return EXIT.usage;
}

type Books = NonNullable<Awaited<ReturnType<typeof openDataFolder>>>['state'];

async function situate(roster: Roster, books: Books | undefined, now: EpochMs): Promise<Situation> {
  if (books === undefined) return { roster, overrides: [], sent: [], now };
  const windows = [...roster.people.values()].map(({ budget }) => budget.windowMs);
  const sent = await books.sentSince(toEpochMs(now - Math.max(DAY_MS, ...windows)));
  return { roster, overrides: await readOverrides(books), sent, now };
}

function toTelling(situation: Situation, flags: OnCallFlags): string {
  const { roster, overrides, now } = situation;
  const priority = flags.priority as PriorityLevel;
  const subjects = flags.subject === undefined ? [] : [flags.subject];
  const preview = previewTelling({ priority, teamId: flags.team, subjects }, situation);
  const duties = [...roster.schedules.values()].map((schedule) => {
    const duty = whoIsOn(schedule, overrides, now);
    const endsAt = dutyEndsAt(schedule, overrides, now);
    return {
      schedule: schedule.title,
      person: duty && (roster.people.get(duty.personId)?.name ?? duty.personId),
      until: endsAt === undefined ? undefined : printMoment(schedule.zone, endsAt),
    };
  });
  if (flags.json) return toJsonLine({ duties, ...toPlain(preview) });
  return [
    ...duties.map(({ schedule, person, until }) =>
      neutralise(`${schedule}: ${person ?? 'nobody'}${until ? ` until ${until}` : ''}`),
    ),
    '',
    neutralise(`A ${priority} now: ${preview.team.why}.`),
    ...preview.steps.flatMap(({ afterMs, recipients }, index) =>
      recipients.length === 0
        ? [`  step ${index + 1}: nobody`]
        : recipients.map(({ person, why, loudness }) =>
            neutralise(
              `  step ${index + 1}, ${afterMs === 0 ? 'at once' : `after ${Math.round(afterMs / 60_000)} min`}: ${person.name} gets a ${loudness.urgency}: ${why}${loudness.because ? `; ${loudness.because}` : ''}`,
            ),
          ),
    ),
  ].join('\n');
}

const toPlain = ({ team, steps }: ReturnType<typeof previewTelling>) => ({
  team: team.id,
  why: team.why,
  steps: steps.map(({ afterMs, recipients }) => ({
    after_s: afterMs / 1_000,
    recipients: recipients.map(({ person, why, loudness }) => ({
      person: person.id,
      why,
      urgency: loudness.urgency,
    })),
  })),
});

function toFatigue(report: Fatigue, { people }: Roster, flags: OnCallFlags): string {
  if (flags.json) return toJsonLine(report);
  const share = report.actedShare;
  return [
    `${report.pages} pages in ${FATIGUE_DAYS} days${share === undefined ? '' : `, ${Math.round(share * 100)} % acted on`}.`,
    ...report.people.map((load) =>
      neutralise(
        `  ${people.get(load.personId)?.name ?? load.personId}: ${load.pages} pages, at most ${load.most} in 12 h, ${load.acknowledged} taken, ${load.escalated} passed on`,
      ),
    ),
    ...report.rules.map((rule) =>
      neutralise(
        `  ${rule.ruleId}: ${rule.pages} pages, ${rule.acted} of ${rule.matters} acted on${rule.tuning ? `. ${rule.tuning.text}` : ''}`,
      ),
    ),
  ].join('\n');
}
