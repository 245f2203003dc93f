import type { ReportView, ShareView, SpreadView } from '@cordon/contract';
import { type Html, html } from './escape.ts';
import { counted, figureOf, toPage } from './page.ts';

const MAX_ROWS = 200;
const STAGES = ['detect', 'acknowledge', 'contain', 'resolve'] as const;

/** `1.4 s`, `12 min`, `3.5 h`: how long something took. */
export function lastingText(seconds: number): string {
  if (seconds < 60) return `${Math.round(seconds * 10) / 10} s`;
  if (seconds < 3_600) return `${Math.round(seconds / 60)} min`;
  return `${Math.round(seconds / 360) / 10} h`;
}

/** The median and how many it is of, or that there are too few. */
export function spreadText({ n, median_s, p90_s }: SpreadView): string {
  if (n === 0) return 'none';
  if (median_s === undefined) return `too few (${n})`;
  const p90 = p90_s === undefined ? '' : `, 90 % within ${lastingText(p90_s)}`;
  return `${lastingText(median_s)}${p90} (${n})`;
}

/** `3 of 40 (8 %, 3 to 20 %)`, or that there are too few for a share. */
export function shareText({ k, n, share, low = 0, high = 1 }: ShareView): string {
  if (n === 0) return 'none';
  if (share === undefined) return `${k} of ${n} (too few)`;
  const percent = (p: number) => `${Math.round(p * 100)} %`;
  return `${k} of ${n} (${percent(share)}, between ${percent(low)} and ${percent(high)})`;
}

export const plain = (name: string): string => name.replaceAll('_', ' ');

const dayOf = (time: string): string => time.slice(0, 10);

/** A report as one self-contained page that prints well. */
export function renderOrganisationReport(view: ReportView): string {
  const span = `${dayOf(view.from)} until ${dayOf(view.to)}${view.is_over ? '' : ', so far'}`;
  return toPage(
    `Cordon report of the ${view.kind} from ${dayOf(view.from)}`,
    html`<main><h1>Report of the ${view.kind}</h1><p class="quiet">${span} (UTC)${view.is_cut ? '. There was more than is read: the newest are counted.' : ''}</p>
<div class="figures">${figureOf(String(view.incidents.opened), 'incidents opened')}${figureOf(String(view.incidents.open), 'still open')}${figureOf(String(view.alerts), 'alerts')}${figureOf(String(view.automation.automatic), 'actions nobody was asked about')}</div>
<div class="card"><h2>Response times</h2>${renderTimes(view)}</div>
<div class="card"><h2>Automation</h2><p>False automation: ${shareText(view.automation.false_automation)}</p>${renderPairs(Object.entries(view.automation.by_outcome).map(([name, n]) => [plain(name), String(n)]))}</div>
<div class="card"><h2>Alerts that were wrong, by rule</h2>${renderPairs(view.rules.filter(({ wrong }) => wrong.n > 0).map(({ title, wrong }) => [title, shareText(wrong)]))}</div>
<div class="card"><h2>Entities at risk</h2>${renderPairs(view.entities.map(({ entity, incidents, worst }) => [`${entity.kind} ${entity.id}`, `${counted(incidents, 'incident')}, worst ${worst}`]))}</div>
<div class="card"><h2>Work of people</h2>${renderPairs(view.workload.people.map(({ person, acts, incidents }) => [person, `${counted(acts, 'act')} on ${counted(incidents, 'incident')}`]))}</div>
<div class="card"><h2>Techniques</h2><p>${view.techniques.covered} can be seen now, ${view.techniques.silent} wait for their data.</p>${renderPairs(view.techniques.met.map(({ id, incidents }) => [id, `in ${counted(incidents, 'incident')}`]))}</div>
<div class="card"><h2>Cost, as assumed</h2>${renderCost(view.cost)}</div>
<div class="card"><h2>Incidents</h2>${renderIncidents(view)}</div></main>
`,
  );
}

function renderTimes({ response, by_priority, by_type }: ReportView): Html {
  const row = (name: string, times: ReportView['response']) =>
    html`<tr><th>${name}</th>${STAGES.map((stage) => html`<td>${spreadText(times[stage])}</td>`)}</tr>`;
  return html`<table><tr><th></th>${STAGES.map((stage) => html`<th>${stage}</th>`)}</tr>${row('all', response)}${[...by_priority, ...by_type].map(({ of, times }) => row(plain(of), times))}</table>`;
}

const renderPairs = (pairs: readonly (readonly [string, string])[]): Html =>
  pairs.length === 0
    ? html`<p class="quiet">none</p>`
    : html`<table>${pairs.map(([name, value]) => html`<tr><th>${name}</th><td>${value}</td></tr>`)}</table>`;

function renderCost({ spent, saved, assumptions, ...cost }: ReportView['cost']): Html {
  const line = ({
    what,
    count,
    minutes_each,
  }: (typeof spent)[number]): readonly [string, string] => [
    plain(what),
    `${count} x ${minutes_each} min`,
  ];
  const perIncident =
    cost.per_incident === undefined
      ? 'none'
      : `${Math.round(cost.per_incident)} ${assumptions.currency}`;
  return renderPairs([
    ['an incident', perIncident],
    ['people spent', lastingText(cost.spent_minutes * 60)],
    ...spent.map(line),
    ['people were spared', lastingText(cost.saved_minutes * 60)],
    ...saved.map(line),
    ['an hour costs', `${assumptions.hourly_cost} ${assumptions.currency}`],
  ]);
}

function renderIncidents({ rows }: ReportView): Html {
  const left = rows.incidents.length - MAX_ROWS;
  const lines = rows.incidents
    .slice(0, MAX_ROWS)
    .map(
      ({ name, priority, title, opened_at, verdict }) =>
        html`<tr><td>${name}</td><td class="${priority}">${priority}</td><td>${title}</td><td>${opened_at.slice(0, 16).replace('T', ' ')}</td><td>${plain(verdict ?? 'open')}</td></tr>`,
    );
  if (lines.length === 0) return html`<p class="quiet">none</p>`;
  return html`<table>${lines}</table>${left > 0 ? html`<p class="quiet">${left} more are in the JSON output.</p>` : undefined}`;
}
