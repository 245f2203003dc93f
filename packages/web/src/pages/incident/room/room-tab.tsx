import type { IncidentDetail, RoomView } from '@cordon/contract';
import { Loaded } from '../../../parts/states.tsx';
import { useMayAct } from '../../../session.ts';
import { EvidencePanel } from './evidence-panel.tsx';
import { GuestsPanel } from './guests-panel.tsx';
import { HandoverPanel } from './handover-panel.tsx';
import { QuestionsPanel, UpdatesPanel } from './mail-panels.tsx';
import { DecisionsPanel, PeoplePanel } from './people-panel.tsx';
import { ReviewPanel } from './review-panel.tsx';
import './room.css';
import { useRoom, useWrite } from './room.data.ts';
import { TalkPanel } from './talk-panel.tsx';
import { TargetsBar } from './targets-bar.tsx';
import { TasksPanel } from './tasks-panel.tsx';

/** Where people work on an incident together. */
export function RoomTab({ incident }: { readonly incident: IncidentDetail }) {
  const query = useRoom(incident.id);
  return (
    <Loaded query={query} what="the room">
      {(room) => <Panels incident={incident} room={room} />}
    </Loaded>
  );
}

function Panels({
  incident,
  room,
}: {
  readonly incident: IncidentDetail;
  readonly room: RoomView;
}) {
  const { id } = incident;
  const written = useWrite(id);
  const write = useMayAct() ? written : undefined;
  const parts = { id, room, write };
  return (
    <div className="stack">
      {room.is_intact ? null : (
        <p className="problem" role="alert">
          The journal of this room was changed after it was written. Compare with a backup.
        </p>
      )}
      <TargetsBar targets={room.targets} />
      <div className="room">
        <div className="stack">
          <TasksPanel {...parts} isCorrective={false} />
          <TalkPanel room={room} write={write} />
          <UpdatesPanel {...parts} />
          <ReviewPanel {...parts} />
          <TasksPanel {...parts} isCorrective={true} />
        </div>
        <div className="stack">
          <PeoplePanel room={room} write={write} />
          <DecisionsPanel room={room} write={write} />
          <QuestionsPanel incident={incident} room={room} isWritable={write !== undefined} />
          <EvidencePanel {...parts} />
          <HandoverPanel {...parts} />
          <GuestsPanel {...parts} />
        </div>
      </div>
    </div>
  );
}
