import type { IncidentDetail } from '@cordon/contract';
import { getRouteApi, Link, useNavigate } from '@tanstack/react-router';
import { Tabs } from 'radix-ui';
import { lazy, Suspense, useEffect, useRef } from 'react';
import { DecisionKeys } from '../../decision-keys.tsx';
import { percent, words } from '../../parts/format.ts';
import { Ago, At, PriorityMark, SeverityMark, StatusPill } from '../../parts/marks.tsx';
import { useShortcuts } from '../../parts/shortcuts.ts';
import { Loaded, Loading } from '../../parts/states.tsx';
import { ScorePanel } from '../../score-panel.tsx';
import { WhatChanged } from '../../what-changed.tsx';
import { ActionsTab } from './actions-tab.tsx';
import { CausePanel } from './cause-panel.tsx';
import { EntityPanel } from './entity-panel.tsx';
import { ExportLinks } from './export-links.tsx';
import { useIncident } from './incident.data.ts';
import { IncidentControls } from './incident-controls.tsx';
import { OriginTab } from './origin-tab.tsx';
import { SimilarTab } from './similar-tab.tsx';
import { StoryTab } from './story-tab.tsx';
import { TimelineTab } from './timeline-tab.tsx';
import { ToldTab } from './told-tab.tsx';

const GraphTab = lazy(() => import('./graph-tab.tsx').then((m) => ({ default: m.GraphTab })));
const RoomTab = lazy(() => import('./room/room-tab.tsx').then((m) => ({ default: m.RoomTab })));
const route = getRouteApi('/shell/incidents/$id');

export function IncidentPage() {
  const { id } = route.useParams();
  const query = useIncident(id);
  return (
    <div className="page">
      <Loaded query={query} what="the incident">
        {(incident) => <Body incident={incident} />}
      </Loaded>
    </div>
  );
}

const TABS = [
  'story',
  'timeline',
  'graph',
  'origin',
  'evidence',
  'actions',
  'room',
  'told',
  'similar',
] as const;
type Tab = (typeof TABS)[number];

const titleOf = (tab: Tab): string => tab.charAt(0).toUpperCase() + tab.slice(1);

function countOf(tab: Tab, incident: IncidentDetail): number | undefined {
  switch (tab) {
    case 'timeline':
      return incident.timeline.length;
    case 'graph':
      return incident.graph.nodes.length;
    case 'evidence':
      return incident.score.contributions.length;
    case 'actions':
      return incident.actions.length;
    case 'story':
    case 'origin':
    case 'room':
    case 'told':
    case 'similar':
      return undefined;
  }
}

function Body({ incident }: { readonly incident: IncidentDetail }) {
  const search = route.useSearch();
  const navigate = useNavigate();
  const tab = TABS.find((name) => name === search.tab) ?? 'story';
  const go = (next: string) =>
    void navigate({
      to: '/incidents/$id',
      params: { id: incident.id },
      search: { tab: next },
      replace: true,
    });
  const step = (by: number) =>
    go(TABS[(TABS.indexOf(tab) + by + TABS.length) % TABS.length] ?? 'story');
  const list = useRef<HTMLDivElement>(null);
  useEffect(() => {
    const shown = list.current?.querySelector(`[data-tab="${tab}"]`);
    shown?.scrollIntoView({ block: 'nearest', inline: 'nearest' });
  }, [tab]);
  useShortcuts('Incident', [
    { keys: ']', text: 'Next tab', run: () => step(1), isMove: true },
    { keys: '[', text: 'Previous tab', run: () => step(-1), isMove: true },
  ]);
  return (
    <>
      <Head incident={incident} />
      <WhatChanged />
      <DecisionKeys actions={incident.actions} />
      <Tabs.Root value={tab} onValueChange={go} className="stack">
        <Tabs.List ref={list} className="tabs" aria-label="Parts of the incident">
          {TABS.map((name) => (
            <Tabs.Trigger key={name} value={name} data-tab={name}>
              {titleOf(name)} <span className="n">{countOf(name, incident)}</span>
            </Tabs.Trigger>
          ))}
        </Tabs.List>
        <Tabs.Content value="story">
          <StoryTab incident={incident} />
        </Tabs.Content>
        <Tabs.Content value="timeline">
          <TimelineTab entries={incident.timeline} actions={incident.actions} />
        </Tabs.Content>
        <Tabs.Content value="graph">
          <Suspense fallback={<Loading what="the graph" />}>
            <div className="stack">
              <GraphTab graph={incident.graph} actions={incident.actions} />
              <EntityPanel graph={incident.graph} at={incident.last_at} />
            </div>
          </Suspense>
        </Tabs.Content>
        <Tabs.Content value="origin">
          <div className="stack">
            {incident.behaviours.includes('availability') ? <CausePanel id={incident.id} /> : null}
            <OriginTab origin={incident.origin} />
          </div>
        </Tabs.Content>
        <Tabs.Content value="evidence">
          <ScorePanel score={incident.score} />
        </Tabs.Content>
        <Tabs.Content value="actions">
          <ActionsTab actions={incident.actions} runs={incident.runs} />
        </Tabs.Content>
        <Tabs.Content value="room">
          <Suspense fallback={<Loading what="the room" />}>
            <RoomTab incident={incident} />
          </Suspense>
        </Tabs.Content>
        <Tabs.Content value="told">
          <ToldTab id={incident.id} />
        </Tabs.Content>
        <Tabs.Content value="similar">
          <SimilarTab id={incident.id} />
        </Tabs.Content>
      </Tabs.Root>
    </>
  );
}

function Head({ incident }: { readonly incident: IncidentDetail }) {
  return (
    <div className="stack">
      <nav aria-label="Breadcrumb" className="small muted">
        <Link to="/incidents">Incidents</Link> / <span className="mono">{incident.name}</span>
      </nav>
      <div className="page-head">
        <h1>{incident.title}</h1>
        <IncidentControls incident={incident} />
      </div>
      <div className="meta">
        <PriorityMark level={incident.priority.level} />
        <SeverityMark severity={incident.severity} />
        <StatusPill status={incident.status} />
        <span>Threat {percent(incident.p)}</span>
        <span>Owner {incident.assignee ?? 'nobody'}</span>
        <span>
          <At time={incident.first_at} /> – last <Ago time={incident.last_at} />
        </span>
      </div>
      <p className="why">{incident.priority.why}</p>
      <ExportLinks incident={incident} />
      {incident.verdict ? (
        <p className="why">
          <span className="muted">Closed as </span>
          {words(incident.verdict.kind).toLowerCase()} by {incident.verdict.by}:{' '}
          {incident.verdict.reason}
        </p>
      ) : null}
    </div>
  );
}
