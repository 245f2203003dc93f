import { setTimeout } from 'node:timers/promises';
import {
  type ActionView,
  type AlertSummary,
  type Client,
  type DiagnosisView,
  IncidentStatus,
  type IncidentSummary,
  PriorityLevel,
} from '@cordon/contract';
import { Type } from 'typebox';
import { findIncident } from './find-incident.ts';
import { defineTool, type Tool } from './tool.ts';

const MOST_ALERTS = 20;
const MOST_LINES = 60;
const POLL_MS = 500;
const MOST_POLLS = 120;

const Limit = Type.Optional(Type.Integer({ minimum: 1, maximum: 50, default: 10 }));
const WhichIncident = Type.String({
  minLength: 1,
  maxLength: 128,
  description: 'Its id, or its name: `INC-42`.',
});

const brief = (incident: IncidentSummary) => ({
  id: incident.id,
  name: incident.name,
  title: incident.title,
  status: incident.status,
  priority: incident.priority.level,
  severity: incident.severity,
  likelihood: incident.p,
  first_at: incident.first_at,
  last_at: incident.last_at,
  alert_count: incident.alert_count,
  entities: incident.entities,
  techniques: incident.techniques,
  assignee: incident.assignee,
  verdict: incident.verdict,
});

const briefAlert = ({
  id,
  text,
  rule,
  severity,
  p,
  status,
  first_at,
  last_at,
  entities,
}: AlertSummary) => ({
  id,
  text,
  rule,
  severity,
  likelihood: p,
  status,
  first_at,
  last_at,
  entities,
});

const briefAction = (action: ActionView) => ({
  id: action.id,
  verb: action.verb,
  target: action.target,
  status: action.status,
  reason: action.reason,
  created_at: action.created_at,
  deadline_at: action.deadline_at,
  guard: action.guard.checks,
  blast: action.guard.blast.text,
  decided: action.approval?.decision,
});

const LOOKS: readonly Tool[] = [
  defineTool({
    name: 'search_events',
    title: 'Search stored events',
    description:
      'Hunts in stored events with the query language of Cordon, e.g. `any.ip = 203.0.113.7 and time > now-24h`, `user.name = deploy and status_id = 2`, `process.cmd_line ~ "-enc"`. Newest first.',
    input: Type.Object({
      query: Type.String({ maxLength: 2_000 }),
      limit: Limit,
    }),
    isReadOnly: true,
    call: async (client, { query, limit }) =>
      (await client.huntEvents({ query: { q: query, limit: limit ?? 10 } })).items,
  }),
  defineTool({
    name: 'count_events',
    title: 'Most frequent values',
    description:
      'The most frequent values of a field over what a hunt finds, e.g. the field `src_endpoint.ip`.',
    input: Type.Object({
      query: Type.String({ maxLength: 2_000 }),
      field: Type.String({ minLength: 1, maxLength: 256 }),
      limit: Limit,
    }),
    isReadOnly: true,
    call: async (client, { query, field, limit }) =>
      (await client.huntTop({ query: { q: query, field, limit: limit ?? 10 } })).items,
  }),
  defineTool({
    name: 'list_incidents',
    title: 'List incidents',
    description: 'Incidents, newest first, by status, priority, or a text in them.',
    input: Type.Object({
      status: Type.Optional(Type.Array(IncidentStatus)),
      priority: Type.Optional(Type.Array(PriorityLevel)),
      text: Type.Optional(Type.String({ maxLength: 200 })),
      limit: Limit,
    }),
    isReadOnly: true,
    call: async (client, { limit, ...query }) =>
      (await client.listIncidents({ query: { ...query, limit: limit ?? 10 } })).items.map(brief),
  }),
  defineTool({
    name: 'get_incident',
    title: 'One incident with its evidence',
    description:
      'The story, alerts, timeline, actions and what is known of the machines and accounts of an incident.',
    input: Type.Object({ incident: WhichIncident }),
    isReadOnly: true,
    call: async (client, { incident }) => {
      const found = await findIncident(client, incident);
      return {
        ...brief(found),
        story: found.story,
        priority_because: found.priority.why,
        origin: found.origin.text,
        alerts: found.alerts.slice(0, MOST_ALERTS).map(briefAlert),
        actions: found.actions.map(briefAction),
        timeline: found.timeline.slice(0, MOST_LINES),
        known: found.known,
      };
    },
  }),
  defineTool({
    name: 'explain_verdict',
    title: 'Why an incident is judged as it is',
    description:
      'The evidence behind an incident, each piece with its share (nats) of the sum, the priority with its factors, and the verdict of a person where there is one.',
    input: Type.Object({ incident: WhichIncident }),
    isReadOnly: true,
    call: async (client, { incident }) => {
      const { name, p, score, priority, verdict } = await findIncident(client, incident);
      const contributions = score.contributions.map(({ text, contribution, kind, at }) => ({
        text,
        contribution,
        kind,
        at,
      }));
      return {
        name,
        likelihood: p,
        prior_logit: score.prior_logit,
        logit: score.logit,
        contributions,
        priority,
        verdict,
      };
    },
  }),
  defineTool({
    name: 'get_origin',
    title: 'Where an incident began',
    description: 'Ranked hypotheses of the origin, each with what supports and contradicts it.',
    input: Type.Object({ incident: WhichIncident }),
    isReadOnly: true,
    call: async (client, { incident }) => (await findIncident(client, incident)).origin,
  }),
  defineTool({
    name: 'who_is',
    title: 'What is known of an address, host, user or value',
    description:
      'Incidents that name it, what threat intelligence knows of it, and the newest events with it.',
    input: Type.Object({
      value: Type.String({ minLength: 1, maxLength: 200, pattern: '^[^"\\\\\\n\\r]+$' }),
      kind: Type.Union([Type.Literal('ip'), Type.Literal('host'), Type.Literal('user')]),
    }),
    isReadOnly: true,
    call: async (client, { value, kind }) => {
      const q = `any.${kind} = "${value}"`;
      const [incidents, intelligence, events] = await Promise.all([
        client.listIncidents({ query: { text: value, limit: 10 } }),
        client.searchIndicator({ query: { value } }),
        client.huntEvents({ query: { q, limit: 10 } }),
      ]);
      return { incidents: incidents.items.map(brief), intelligence, events: events.items };
    },
  }),
  defineTool({
    name: 'get_status',
    title: 'How Cordon is',
    description:
      'Open incidents and alerts, what waits for a person, sources, alarms, and the books: every record accounted for.',
    input: Type.Object({}),
    isReadOnly: true,
    call: async (client) => {
      const { histogram: _, top_incidents, ...status } = await client.getOverview();
      return { ...status, top_incidents: top_incidents.map(brief) };
    },
  }),
  defineTool({
    name: 'get_report',
    title: 'How a week or month went',
    description: 'Response times, workload, automation and how often it was wrong, cost.',
    input: Type.Object({
      kind: Type.Union([Type.Literal('week'), Type.Literal('month')]),
      back: Type.Optional(Type.Integer({ minimum: 0, maximum: 600 })),
    }),
    isReadOnly: true,
    call: async (client, { kind, back }) => {
      const { rows: _, ...report } = await client.getReport({
        params: { kind },
        query: { back: back ?? 0 },
      });
      return report;
    },
  }),
];

const ASKS: readonly Tool[] = [
  defineTool({
    name: 'diagnose',
    title: 'Why something cannot be reached',
    description:
      'Walks from the machine of Cordon to `host:port` or a URL: our own actions, names, route, filters, TCP, TLS, HTTP. Sends a few packets to the target and changes nothing. Needs the role proposer.',
    input: Type.Object({
      target: Type.String({ minLength: 1, maxLength: 2_000 }),
      service: Type.Optional(Type.String({ maxLength: 32 })),
    }),
    isReadOnly: true,
    call: async (client, body) => waitFor(client, await client.startDiagnosis({ body })),
  }),
  defineTool({
    name: 'propose_action',
    title: 'Propose an action to people',
    description:
      'Asks people to let Cordon act on an incident, e.g. verb `net.ip.block` with params {"ip": "203.0.113.7"}. The guard judges the plan; nothing is done before a person approves it, and this connection cannot. What contains needs ttl_s. Needs the role proposer.',
    input: Type.Object({
      incident: WhichIncident,
      verb: Type.String({ maxLength: 100 }),
      params: Type.Record(Type.String(), Type.Unknown()),
      reason: Type.String({ minLength: 1, maxLength: 2_000 }),
      ttl_s: Type.Optional(Type.Integer({ minimum: 1 })),
    }),
    isReadOnly: false,
    call: async (client, { incident, ...proposal }) => {
      const { id } = await findIncident(client, incident);
      return briefAction(await client.proposeAction({ body: { ...proposal, incident_id: id } }));
    },
  }),
];

/** Everything an assistant may ask of Cordon. */
export const TOOLS: readonly Tool[] = [...LOOKS, ...ASKS];

async function waitFor(client: Client, started: DiagnosisView): Promise<unknown> {
  let view = started;
  for (let polls = 0; view.status === 'running' && polls < MOST_POLLS; polls += 1) {
    await setTimeout(POLL_MS);
    view = await client.getDiagnosis({ params: { id: started.id } });
  }
  const steps = view.steps.map(({ text, answer, rules_out }) => ({ text, answer, rules_out }));
  return { ...view, steps };
}
