import { type Static, Type } from 'typebox';
import {
  Audience,
  GuestRight,
  HandoverView,
  ManifestView,
  RecurrenceView,
  RoomLineView,
  RoomRole,
  RoomView,
} from './room.ts';
import { defineRoute, IdParams } from './route.ts';
import { Time } from './value.ts';

const Strict = { additionalProperties: false } as const;
const Line = Type.Integer({ minimum: 1, maximum: 100_000 });
const Text = Type.String({ minLength: 1, maxLength: 4_000 });
const Short = Type.String({ minLength: 1, maxLength: 200 });
const Person = Type.String({ minLength: 1, maxLength: 64 });
const Address = Type.String({
  maxLength: 254,
  pattern: '^[^\\s<>@",;:\\u0000-\\u001f\\u007f]{1,64}@[A-Za-z0-9.-]{1,189}$',
});
const lines = (most: number) => Type.Array(Line, { maxItems: most });

/** What is left out stays; an empty owner or due time takes it away. */
const changes = {
  owner: Type.Optional(Type.String({ maxLength: 64 })),
  due_at: Type.Optional(Type.Union([Time, Type.Literal('')])),
};

/** One thing somebody does in a room. */
export const RoomActBody = Type.Union(
  [
    Type.Object(
      {
        what: Type.Literal('task_added'),
        text: Short,
        owner: Type.Optional(Person),
        due_at: Type.Optional(Time),
        is_corrective: Type.Optional(Type.Boolean()),
      },
      Strict,
    ),
    Type.Object(
      {
        what: Type.Literal('task_changed'),
        task: Line,
        text: Type.Optional(Short),
        ...changes,
      },
      Strict,
    ),
    Type.Object({ what: Type.Literal('task_done'), task: Line }, Strict),
    Type.Object(
      {
        what: Type.Literal('commented'),
        text: Text,
        mentions: Type.Array(Person, { maxItems: 20 }),
      },
      Strict,
    ),
    Type.Object({ what: Type.Literal('comment_changed'), comment: Line, text: Text }, Strict),
    Type.Object(
      {
        what: Type.Literal('role_given'),
        role: RoomRole,
        person: Person,
        department: Type.Optional(Short),
      },
      Strict,
    ),
    Type.Object({ what: Type.Literal('decided'), text: Text, why: Text, reversing: Text }, Strict),
    Type.Object(
      {
        what: Type.Literal('update_sent'),
        audience: Audience,
        to: Type.Array(Address, { minItems: 1, maxItems: 20, uniqueItems: true }),
        subject: Short,
        text: Type.String({ minLength: 1, maxLength: 20_000 }),
      },
      Strict,
    ),
    Type.Object({ what: Type.Literal('factor_added'), text: Text, evidence: lines(20) }, Strict),
    Type.Object(
      {
        what: Type.Literal('cause_added'),
        text: Text,
        under: Type.Optional(Line),
        evidence: lines(20),
      },
      Strict,
    ),
    Type.Object({ what: Type.Literal('handed_over'), to: Person, text: Text }, Strict),
    Type.Object({ what: Type.Literal('taken_back'), line: Line }, Strict),
  ],
  { title: 'RoomActBody' },
);
export type RoomActBody = Static<typeof RoomActBody>;

const Written = Type.Object(
  { line: Type.Integer({ description: 'Take it back by this number.' }) },
  { title: 'WrittenLine' },
);

export const roomRoutes = {
  getRoom: defineRoute({
    method: 'GET',
    path: '/incidents/:id/room',
    access: 'viewer',
    summary: 'What stands in the room of an incident, and where its targets of time stand.',
    params: IdParams,
    response: RoomView,
  }),
  actInRoom: defineRoute({
    method: 'POST',
    path: '/incidents/:id/room',
    access: 'responder',
    summary: 'Writes a line into the room; `taken_back` undoes any other.',
    params: IdParams,
    body: Type.Object({ act: RoomActBody }, Strict),
    response: Written,
    status: 201,
  }),
  listRoomLines: defineRoute({
    method: 'GET',
    path: '/incidents/:id/room/lines',
    access: 'viewer',
    summary: 'Every line of the room as it was written, oldest first, with its hashes.',
    params: IdParams,
    response: Type.Object({ items: Type.Array(RoomLineView) }),
  }),
  useRoomTemplate: defineRoute({
    method: 'POST',
    path: '/incidents/:id/room/template',
    access: 'responder',
    summary: 'Adds the tasks of a template.',
    params: IdParams,
    body: Type.Object({ template_id: Person }, Strict),
    response: RoomView,
    status: 201,
  }),
  draftUpdate: defineRoute({
    method: 'GET',
    path: '/incidents/:id/room/draft',
    access: 'responder',
    summary: 'An update for an audience, drafted from the facts of the incident; sends nothing.',
    params: IdParams,
    query: Type.Object({ audience: Audience }),
    response: Type.Object({ subject: Type.String(), text: Type.String() }),
  }),
  keepRecords: defineRoute({
    method: 'POST',
    path: '/incidents/:id/room/records',
    access: 'responder',
    summary: 'Keeps a copy of records as evidence, so that their retention does not end them.',
    params: IdParams,
    body: Type.Object(
      {
        offsets: Type.Array(Type.Integer({ minimum: 0 }), { minItems: 1, maxItems: 500 }),
        note: Type.String({ maxLength: 1_000 }),
      },
      Strict,
    ),
    response: Written,
    status: 201,
  }),
  getEvidenceManifest: defineRoute({
    method: 'GET',
    path: '/incidents/:id/room/manifest',
    access: 'viewer',
    summary: 'All evidence with hashes, who added it and who looked: what goes along with it.',
    params: IdParams,
    response: ManifestView,
  }),
  askAffected: defineRoute({
    method: 'POST',
    path: '/incidents/:id/room/questions',
    access: 'responder',
    summary: 'Asks the holder of an account by mail: was it you? The answer is evidence.',
    params: IdParams,
    body: Type.Object(
      {
        account: Type.String({ minLength: 1, maxLength: 256 }),
        to: Address,
        note: Type.String({ maxLength: 1_000 }),
      },
      Strict,
    ),
    response: Written,
    status: 201,
  }),
  inviteGuest: defineRoute({
    method: 'POST',
    path: '/incidents/:id/room/guests',
    access: 'responder',
    summary: 'Makes a link to this room alone; taking its line back ends it.',
    params: IdParams,
    body: Type.Object(
      {
        name: Short,
        right: GuestRight,
        hours: Type.Integer({ minimum: 1, maximum: 720 }),
      },
      Strict,
    ),
    response: Type.Object({ url: Type.String({ description: 'Shown once.' }) }),
    status: 201,
  }),
  getHandover: defineRoute({
    method: 'GET',
    path: '/incidents/:id/room/handover',
    access: 'viewer',
    summary: 'What is open, what is held, and who is on call next.',
    params: IdParams,
    response: HandoverView,
  }),
  checkRecurrence: defineRoute({
    method: 'GET',
    path: '/incidents/:id/room/recurrence',
    access: 'viewer',
    summary: 'Whether incidents like it began after it was resolved.',
    params: IdParams,
    response: RecurrenceView,
  }),
};

/** Takes a file as it is (application/octet-stream); its name in the query. */
export const keepEvidenceRoute = defineRoute({
  method: 'POST',
  path: '/incidents/:id/room/evidence',
  access: 'responder',
  summary: 'Keeps a file of at most 32 MiB as evidence, under its SHA-256.',
  params: IdParams,
  query: Type.Object({ name: Short, note: Type.Optional(Type.String({ maxLength: 1_000 })) }),
  response: Written,
  status: 201,
});

/** Gives the file as it is. */
export const lookAtEvidenceRoute = defineRoute({
  method: 'GET',
  path: '/incidents/:id/room/evidence/:line',
  access: 'responder',
  summary: 'The bytes of an evidence, checked against its hash; that you looked is noted.',
  params: Type.Object({ ...IdParams.properties, line: Line }),
  response: Type.Unknown(),
});
