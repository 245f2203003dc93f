import {
  type Contribution,
  creditOf,
  type Incident,
  likelihoodText,
  printProblem,
} from '@cordon/core';
import type { Investigation } from '../investigate/investigate.ts';
import { type Html, html } from './escape.ts';
import { drawGraph } from './graph.ts';
import { isDecided } from './graph-layout.ts';
import { counted, figureOf, many, toPage } from './page.ts';

const MAX_BARS = 12;
const MAX_TIMELINE = 200;
const MAX_RECORDS = 8;
const BAR_HALF = 90;
const MAX_NATS = 6;
const MAX_HYPOTHESES = 5;

const timeOf = (at: number): string =>
  `${new Date(at).toISOString().replace('T', ' ').slice(0, 19)} UTC`;
/** Never "100 %" or "0 %" for what is not certain. */
function percent(share: number): string {
  if (share > 0.99 && share < 1) return 'more than 99 %';
  if (share > 0 && share < 0.01) return 'less than 1 %';
  return `${Math.round(share * 100)} %`;
}

/** An investigation as one self-contained page, every word escaped. */
export function renderReport(investigation: Investigation, madeAt: number): string {
  const { incidents, equation, dir } = investigation;
  return toPage(
    `Cordon investigation of ${dir}`,
    html`<svg width="0" height="0" aria-hidden="true"><defs><marker id="tip" viewBox="0 0 8 8" refX="7" refY="4" markerWidth="7" markerHeight="7" orient="auto"><path d="M0 0L8 4L0 8z"/></marker></defs></svg>
<main><h1>Investigation</h1><p class="quiet">${dir} · made ${timeOf(madeAt)}</p>
<div class="figures">${figure('incident', incidents.length)}${figure('alert', investigation.alerts.length)}${figure('record', equation.read)}${figure('file', investigation.files.length)}${figureOf(shareOf(equation), 'understood')}</div>
${incidents.length === 0 ? html`<div class="card"><h2>No incident was found</h2><p>${counted(investigation.alerts.length, 'alert')} were looked at and none of them makes an incident. What no parser understood is listed below.</p>${investigation.openOrigin === undefined ? undefined : html`<p>Should they be one attack: ${investigation.openOrigin.text}</p>`}</div>` : undefined}
${incidents.map((incident) => renderIncident(incident, investigation))}
${renderBooks(investigation)}</main>
`,
  );
}

const figure = (word: string, value: number): Html =>
  figureOf(many(value), `${word}${value === 1 ? '' : 's'}`);

const shareOf = ({ read, parsed, skipped }: Investigation['equation']): string =>
  read === 0 ? '-' : percent((parsed + skipped) / read);

function renderIncident(incident: Incident, investigation: Investigation): Html {
  const { priority, score } = incident;
  return html`<article class="card"><div class="head"><span class="level ${priority.level}">${priority.level}</span><h2>INC-${incident.number} ${incident.title}</h2></div>
<p class="quiet">${timeOf(incident.firstAt)} to ${timeOf(incident.lastAt)} · ${counted(incident.alertIds.length, 'alert')} · genuine with ${likelihoodText(score.p)}</p>
<p class="why">${priority.why}</p>
<ul class="tags">${[...incident.tactics, ...incident.techniques].map((tag) => html`<li>${tag}</li>`)}</ul>
<h3>Story</h3><div class="story">${incident.story.filter((sentence) => sentence !== priority.why && sentence !== incident.origin.text).map(renderSentence)}</div>
<h3>Origin</h3>${renderOrigin(incident)}
<h3>Attack graph</h3>${drawGraph(incident)}
<h3>Why: evidence in nats, sum ${score.logit.toFixed(2)}</h3>${renderEvidence(incident)}
<h3>Timeline</h3>${renderTimeline(incident, investigation)}
${renderRules(incident, investigation)}${renderRecords(incident, investigation)}</article>`;
}

/** A sentence that begins with its time has the time in a column of its own. */
function renderSentence(sentence: string): Html {
  const [, time, rest] = /^(\d\d:\d\d:\d\d) UTC: (.*)$/s.exec(sentence) ?? [];
  return time === undefined || rest === undefined
    ? html`<p>${sentence}</p>`
    : html`<p class="timed"><time>${time}</time><span>${rest}</span></p>`;
}

function renderOrigin(incident: Incident): Html {
  const { origin } = incident;
  if (origin.kind === 'unseen') {
    return html`<div class="origin"><p>${origin.text}</p>${origin.wouldSettle.map((what) => html`<p class="quiet">Would settle it: ${what}</p>`)}</div>`;
  }
  const rest = origin.hypotheses
    .slice(0, MAX_HYPOTHESES)
    .map(
      ({ p, entity, entryVector, at }) =>
        html`<li><span class="meter"><svg aria-hidden="true" viewBox="0 0 100 8"><rect class="track" width="100" height="8" rx="4"/><rect class="for" width="${Math.max(2, p * 100).toFixed(0)}" height="8" rx="4"/></svg></span><span class="num">${likelihoodText(p)}</span><span>${entity.kind} <b>${entity.id}</b>${entryVector === 'unseen' ? '' : `, ${entryVector.replaceAll('_', ' ')}`}, ${timeOf(at)}</span></li>`,
    );
  const more = origin.hypotheses.length - rest.length;
  return html`<div class="${isDecided(incident) ? 'origin' : 'origin open'}"><p>${origin.text}</p><ul class="ranks">${rest}</ul>${more > 0 ? html`<p class="quiet">${more} less likely places are in the JSON output.</p>` : undefined}</div>`;
}

function renderEvidence({ score }: Incident): Html {
  const sorted = [...score.contributions].sort(
    (a, b) => Math.abs(b.contribution) - Math.abs(a.contribution),
  );
  const rest = sorted.slice(MAX_BARS);
  const restSum = rest.reduce((sum, { contribution }) => sum + contribution, 0);
  return html`<div class="bars">${bar('Prior: how likely before anything was seen', score.priorLogit)}${sorted.slice(0, MAX_BARS).map(({ evidence, contribution }: Contribution) => bar(evidence.text, contribution))}${rest.length > 0 ? bar(`${rest.length} smaller pieces`, restSum) : undefined}</div>`;
}

function bar(text: string, nats: number): Html {
  const width = (Math.min(MAX_NATS, Math.abs(nats)) / MAX_NATS) * BAR_HALF;
  const x = nats < 0 ? BAR_HALF - width : BAR_HALF;
  const sign = nats < 0 ? '−' : '+';
  return html`<span>${text}</span><svg aria-hidden="true" viewBox="0 0 180 14"><line class="axis" x1="90" x2="90" y1="0" y2="14"/><rect class="${nats < 0 ? 'against' : 'for'}" x="${x.toFixed(1)}" y="2" width="${width.toFixed(1)}" height="10" rx="2"/></svg><span class="num">${sign}${Math.abs(nats).toFixed(2)}</span>`;
}

function renderTimeline(incident: Incident, { timelines }: Investigation): Html {
  const entries = timelines[incident.id] ?? [];
  const left = entries.length - MAX_TIMELINE;
  return html`<ol class="time">${entries.slice(0, MAX_TIMELINE).map((entry) => html`<li class="k-${entry.kind}"><time>${timeOf(entry.at)}</time>${entry.text}</li>`)}</ol>${left > 0 ? html`<p class="quiet">${many(left)} more lines are in the JSON output.</p>` : undefined}`;
}

/** The rules whose matches it rests on, and whose they are. */
function renderRules(incident: Incident, { alerts }: Investigation): Html {
  const members = new Set<string>(incident.alertIds);
  const rules = new Map(
    alerts.filter(({ id }) => members.has(id)).map(({ rule }) => [rule.id, rule] as const),
  );
  if (rules.size === 0) return html``;
  return html`<details><summary>Rules that matched (${rules.size})</summary><ul>${[...rules.values()].map((rule) => html`<li>${rule.title} <span class="quiet">${rule.id}${creditOf(rule) === '' ? '' : `, ${creditOf(rule)}`}</span></li>`)}</ul></details>`;
}

function renderRecords(incident: Incident, { alerts, evidence }: Investigation): Html {
  const members = new Set<string>(incident.alertIds);
  const offsets = [
    ...new Set(alerts.filter(({ id }) => members.has(id)).flatMap((alert) => alert.offsets)),
  ];
  const shown = offsets.flatMap((offset) => evidence[offset] ?? []).slice(0, MAX_RECORDS);
  if (shown.length === 0) return html``;
  return html`<details><summary>Records behind it (${shown.length} of ${offsets.length})</summary>${shown.map(({ path, text }) => html`<pre>${path}: ${text.slice(0, 2_000)}</pre>`)}</details>`;
}

function renderBooks({ equation, files, problems, unparsed }: Investigation): Html {
  return html`<section class="card"><h2>The books</h2><p>${many(equation.read)} read ${equation.holds ? '=' : '≠'} ${many(equation.parsed)} understood + ${many(equation.unparsed)} not understood + ${many(equation.skipped)} skipped + ${many(equation.deadLetter)} set aside. ${many(equation.refused)} lines were too long to be records.</p>
<details><summary>Files (${files.length})</summary><table>${files.map((file) => html`<tr><td>${file.path}</td><td class="num">${many(file.records)}</td></tr>`)}</table></details>
<details><summary>Problems (${problems.length})</summary>${problems.slice(0, 100).map((problem) => html`<pre>${printProblem(problem)}</pre>`)}</details>
<details><summary>Not understood (first ${unparsed.length})</summary>${unparsed.slice(0, 50).map(({ path, text, problem }) => html`<pre>${path}: ${text.slice(0, 500)}\n${printProblem(problem)}</pre>`)}</details></section>`;
}
