import { type Incident, likelihoodText, printProblem } from '@cordon/core';
import type { Investigation } from '@cordon/server';
import { neutralise, type Paint } from './terminal.ts';

const MAX_TIMELINE = 12;
const MAX_EVIDENCE = 6;
const MAX_PROBLEMS = 20;

const timeOf = (at: number): string =>
  `${new Date(at).toISOString().replace('T', ' ').slice(0, 19)}Z`;
const counted = (count: number, noun: string): string =>
  `${count} ${noun}${count === 1 ? '' : 's'}`;

/** An investigation as text: incidents by priority, each with its why, origin and timeline; then the books. */
export function printInvestigation(investigation: Investigation, paint: Paint): string {
  const { incidents, alerts } = investigation;
  const head = paint.bold(
    `${counted(incidents.length, 'incident')}, ${counted(alerts.length, 'alert')} in ${neutralise(investigation.dir)}`,
  );
  const stories = incidents.map((incident) => printIncident(incident, investigation, paint));
  return [head, ...stories, printBooks(investigation, paint), ''].join('\n\n');
}

/** One incident as text. */
export function printIncident(
  incident: Incident,
  { timelines }: Pick<Investigation, 'timelines'>,
  paint: Paint,
): string {
  const { priority } = incident;
  const timeline = timelines[incident.id] ?? [];
  const more = timeline.length - MAX_TIMELINE;
  return [
    `${paint.level(priority.level, priority.level)}  ${paint.bold(`INC-${incident.number} ${neutralise(incident.title)}`)}`,
    `    ${timeOf(incident.firstAt)} to ${timeOf(incident.lastAt)}, ${incident.alertIds.length} alerts, ${incident.techniques.map(neutralise).join(' ')}`,
    `    ${neutralise(priority.why)}`,
    ...incident.story
      .filter((sentence) => sentence !== priority.why)
      .map((sentence) => `    ${neutralise(sentence)}`),
    paint.dim('    Why'),
    ...printEvidence(incident),
    paint.dim('    Origin'),
    ...printOrigin(incident),
    paint.dim('    Timeline'),
    ...timeline
      .slice(0, MAX_TIMELINE)
      .map((entry) => `      ${timeOf(entry.at)}  ${neutralise(entry.text)}`),
    ...(more > 0 ? [`      ${more} more lines with --json or --html`] : []),
  ].join('\n');
}

function printEvidence({ score }: Incident): readonly string[] {
  const sorted = [...score.contributions].sort(
    (a, b) => Math.abs(b.contribution) - Math.abs(a.contribution),
  );
  const line = (nats: number, text: string) =>
    `      ${nats >= 0 ? '+' : '-'}${Math.abs(nats).toFixed(2).padStart(5)}  ${neutralise(text)}`;
  const rest = sorted.slice(MAX_EVIDENCE).reduce((sum, { contribution }) => sum + contribution, 0);
  return [
    line(score.priorLogit, 'prior, before anything was seen'),
    ...sorted
      .slice(0, MAX_EVIDENCE)
      .map(({ contribution, evidence }) => line(contribution, evidence.text)),
    ...(sorted.length > MAX_EVIDENCE
      ? [line(rest, `${sorted.length - MAX_EVIDENCE} smaller pieces`)]
      : []),
    line(score.logit, `sum: genuine with ${likelihoodText(score.p)}`),
  ];
}

function printOrigin({ origin }: Incident): readonly string[] {
  const text = `      ${neutralise(origin.text)}`;
  if (origin.kind === 'unseen')
    return [
      text,
      ...origin.wouldSettle.map((what) => `      would settle it: ${neutralise(what)}`),
    ];
  return [
    text,
    ...origin.hypotheses
      .slice(0, 3)
      .map(
        (one) =>
          `      ${likelihoodText(one.p)}  ${one.entity.kind} ${neutralise(one.entity.id)}, ${one.entryVector.replaceAll('_', ' ')}, ${timeOf(one.at)}`,
      ),
  ];
}

function printBooks({ equation, problems }: Investigation, paint: Paint): string {
  const { read, parsed, unparsed, skipped, deadLetter, refused } = equation;
  const more = problems.length - MAX_PROBLEMS;
  return [
    `${paint.bold('Books')}  ${read} read ${equation.holds ? '=' : 'IS NOT'} ${parsed} understood + ${unparsed} not understood + ${skipped} skipped + ${deadLetter} set aside; ${refused} lines too long`,
    ...problems
      .slice(0, MAX_PROBLEMS)
      .map((problem) => `  ${printProblem(problem).split('\n').map(neutralise).join('\n  ')}`),
    ...(more > 0 ? [`  ${more} more problems with --json`] : []),
  ].join('\n');
}
