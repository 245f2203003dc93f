import type { ReportView } from '@cordon/contract';
import { counted, lastingText, shareText, spreadText } from '@cordon/server';
import { neutralise, type Paint } from './terminal.ts';

const STAGES = ['detect', 'acknowledge', 'contain', 'resolve'] as const;
const SHOWN = 8;
const WIDTH = 34;

type Line = readonly [name: string, value: string];

/** A report as text for a terminal. */
export function printReport(view: ReportView, paint: Paint): string {
  const { incidents, automation, cost } = view;
  const span = `${view.from.slice(0, 10)} until ${view.to.slice(0, 10)}${view.is_over ? '' : ', so far'} (UTC)`;
  return [
    `${paint.bold(`Report of the ${view.kind}`)}, ${span}`,
    ...(view.is_cut ? ['There was more than is read: the newest are counted.'] : []),
    `${counted(incidents.opened, 'incident')} opened, ${incidents.open} of them still open, ${incidents.merged} merged into others; ${counted(view.alerts, 'alert')}`,
    ...part(
      paint.bold('Response times, median'),
      STAGES.map((stage) => [stage, spreadText(view.response[stage])]),
    ),
    ...part(
      paint.bold('Most frequent types'),
      view.by_type.map(({ of, incidents: n }) => [of.replaceAll('_', ' '), counted(n, 'incident')]),
    ),
    ...part(paint.bold('Automation'), [
      ...Object.entries(automation.by_outcome).map(
        ([name, n]): Line => [name.replaceAll('_', ' '), String(n)],
      ),
      ['nobody was asked', String(automation.automatic)],
      ['false automation', shareText(automation.false_automation)],
    ]),
    ...part(
      paint.bold('Alerts that were wrong, by rule'),
      view.rules
        .filter(({ wrong }) => wrong.n > 0)
        .map(({ title, wrong }) => [title, shareText(wrong)]),
    ),
    ...part(
      paint.bold('Entities at risk'),
      view.entities.map(({ entity, incidents: n, worst }) => [
        `${entity.kind} ${entity.id}`,
        `${counted(n, 'incident')}, worst ${worst}`,
      ]),
    ),
    ...part(
      paint.bold('Work of people'),
      view.workload.people.map(({ person, acts, incidents: n }) => [
        person,
        `${counted(acts, 'act')} on ${counted(n, 'incident')}`,
      ]),
    ),
    ...part(paint.bold('Cost, as assumed'), [
      ['people spent', lastingText(cost.spent_minutes * 60)],
      ['people were spared', lastingText(cost.saved_minutes * 60)],
      [
        'an incident',
        cost.per_incident === undefined
          ? 'none'
          : `${Math.round(cost.per_incident)} ${cost.assumptions.currency}`,
      ],
    ]),
    '',
  ].join('\n');
}

function part(title: string, lines: readonly Line[]): readonly string[] {
  const shown = lines
    .slice(0, SHOWN)
    .map(([name, value]) => `  ${neutralise(name).padEnd(WIDTH)} ${neutralise(value)}`);
  return ['', title, ...(shown.length === 0 ? ['  none'] : shown)];
}
