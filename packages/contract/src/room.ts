import { type Static, Type } from 'typebox';
import { Time } from './value.ts';

const Line = Type.Integer({ minimum: 1, description: 'Number of a line of the room.' });
const begun = { line: Line, at: Time, by: Type.String() };

export const RoomRole = Type.Union(
  [
    Type.Literal('lead'),
    Type.Literal('communications'),
    Type.Literal('scribe'),
    Type.Literal('contact'),
  ],
  { title: 'RoomRole', description: 'contact: speaks for a department.' },
);
export type RoomRole = Static<typeof RoomRole>;

export const Audience = Type.Union(
  [
    Type.Literal('technical'),
    Type.Literal('executive'),
    Type.Literal('legal'),
    Type.Literal('customer'),
  ],
  { title: 'Audience' },
);
export type Audience = Static<typeof Audience>;

export const GuestRight = Type.Union([Type.Literal('look'), Type.Literal('comment')], {
  title: 'GuestRight',
});
export type GuestRight = Static<typeof GuestRight>;

const EarlierText = Type.Object({ at: Time, by: Type.String(), text: Type.String() });

export const RoomTaskView = Type.Object(
  {
    ...begun,
    text: Type.String(),
    owner: Type.Optional(Type.String()),
    due_at: Type.Optional(Time),
    is_corrective: Type.Boolean({ description: 'It follows from the review.' }),
    done: Type.Optional(Type.Object(begun)),
    earlier: Type.Array(EarlierText, { description: 'Earlier wordings, oldest first.' }),
  },
  { title: 'RoomTaskView' },
);
export type RoomTaskView = Static<typeof RoomTaskView>;

export const RoomCommentView = Type.Object(
  {
    ...begun,
    text: Type.String(),
    mentions: Type.Array(Type.String()),
    is_guest: Type.Boolean(),
    earlier: Type.Array(EarlierText),
  },
  { title: 'RoomCommentView' },
);
export type RoomCommentView = Static<typeof RoomCommentView>;

/** What became of a mail to one address. */
export const DeliveryView = Type.Object(
  {
    to: Type.String(),
    status: Type.Union([
      Type.Literal('waiting'),
      Type.Literal('delivered'),
      Type.Literal('failed'),
    ]),
    tries: Type.Array(
      Type.Object({
        at: Time,
        is_taken: Type.Boolean(),
        said: Type.String({ description: 'What the mail server said.' }),
      }),
    ),
  },
  { title: 'DeliveryView' },
);
export type DeliveryView = Static<typeof DeliveryView>;

const mailed = {
  ...begun,
  subject: Type.String(),
  text: Type.String(),
  deliveries: Type.Array(DeliveryView),
};

export const RoomEvidenceView = Type.Object(
  {
    ...begun,
    name: Type.String(),
    note: Type.String(),
    sha256: Type.String(),
    size_bytes: Type.Integer(),
    offsets: Type.Optional(Type.Array(Type.Integer())),
    looks: Type.Array(Type.Object({ ...begun, is_intact: Type.Boolean() }), {
      description: 'Everybody who looked at it, oldest first.',
    }),
  },
  { title: 'RoomEvidenceView' },
);
export type RoomEvidenceView = Static<typeof RoomEvidenceView>;

export const RoomUpdateView = Type.Object(
  { ...mailed, audience: Audience },
  { title: 'RoomUpdateView' },
);
export type RoomUpdateView = Static<typeof RoomUpdateView>;

export const RoomQuestionView = Type.Object(
  {
    ...mailed,
    account: Type.String(),
    expires_at: Time,
    answered: Type.Optional(
      Type.Object({
        ...begun,
        answer: Type.Union([Type.Literal('confirmed'), Type.Literal('denied')]),
        share: Type.Number({ description: 'What it added to the score, in nats.' }),
      }),
    ),
  },
  { title: 'RoomQuestionView' },
);
export type RoomQuestionView = Static<typeof RoomQuestionView>;

/** An answer to "why?"; the ones below it answer why that was. */
export const RoomCauseView = Type.Object(
  {
    ...begun,
    text: Type.String(),
    under: Type.Optional(Line),
    evidence: Type.Array(Line),
  },
  { title: 'RoomCauseView' },
);
export type RoomCauseView = Static<typeof RoomCauseView>;

export const TargetView = Type.Object(
  {
    target: Type.Union([
      Type.Literal('acknowledge'),
      Type.Literal('contain'),
      Type.Literal('resolve'),
    ]),
    due_at: Time,
    met_at: Type.Optional(Time),
    status: Type.Union(
      [Type.Literal('running'), Type.Literal('met'), Type.Literal('late'), Type.Literal('missed')],
      { description: 'late: met after its time; missed: its time is over.' },
    ),
  },
  { title: 'TargetView' },
);
export type TargetView = Static<typeof TargetView>;

/** What whoever takes over must know. */
export const HandoverView = Type.Object(
  {
    open_tasks: Type.Array(Type.String()),
    waiting: Type.Array(Type.String({ description: 'Actions that wait for a person.' })),
    held: Type.Array(Type.String({ description: 'Effects that hold, and until when.' })),
    targets: Type.Array(Type.String()),
    on_call: Type.Array(Type.String({ description: 'Who is on call now and next, by schedule.' })),
  },
  { title: 'HandoverView' },
);
export type HandoverView = Static<typeof HandoverView>;

/** Did it happen again, and was done what was to keep it from that? */
export const RecurrenceView = Type.Object(
  {
    text: Type.String(),
    found: Type.Array(
      Type.Object({
        id: Type.String(),
        name: Type.String(),
        title: Type.String(),
        first_at: Time,
        likeness: Type.Number(),
      }),
    ),
    corrective_open: Type.Integer(),
    corrective_done: Type.Integer(),
  },
  { title: 'RecurrenceView' },
);
export type RecurrenceView = Static<typeof RecurrenceView>;

/** Everything that stands in the room of an incident. */
export const RoomView = Type.Object(
  {
    lines: Type.Integer({ description: 'How many lines were written.' }),
    is_intact: Type.Boolean({ description: 'Every line follows from the one before it.' }),
    targets: Type.Array(TargetView),
    tasks: Type.Array(RoomTaskView),
    comments: Type.Array(RoomCommentView),
    roles: Type.Array(
      Type.Object({
        ...begun,
        role: RoomRole,
        person: Type.String(),
        department: Type.Optional(Type.String()),
      }),
    ),
    decisions: Type.Array(
      Type.Object({
        ...begun,
        text: Type.String(),
        why: Type.String(),
        reversing: Type.String(),
      }),
    ),
    evidence: Type.Array(RoomEvidenceView),
    updates: Type.Array(RoomUpdateView),
    questions: Type.Array(RoomQuestionView),
    guests: Type.Array(
      Type.Object({
        ...begun,
        name: Type.String(),
        right: GuestRight,
        expires_at: Time,
        looks: Type.Array(Time),
      }),
    ),
    factors: Type.Array(Type.Object({ ...begun, text: Type.String(), evidence: Type.Array(Line) })),
    causes: Type.Array(RoomCauseView, { description: 'The five whys, each with the one above.' }),
    handovers: Type.Array(Type.Object({ ...begun, to: Type.String(), text: Type.String() })),
    people: Type.Array(Type.Object({ id: Type.String(), name: Type.String() }), {
      description: 'Who can be named: the roster and the accounts.',
    }),
    templates: Type.Array(
      Type.Object({ id: Type.String(), title: Type.String(), tasks: Type.Integer() }),
      { description: 'Those that fit the incident first.' },
    ),
    can_mail: Type.Boolean(),
  },
  { title: 'RoomView' },
);
export type RoomView = Static<typeof RoomView>;

/** One line of a room as it was written, with its place in the chain. */
export const RoomLineView = Type.Object(
  {
    line: Line,
    at: Time,
    by: Type.String(),
    what: Type.String(),
    data: Type.Unknown(),
    previous_hash: Type.String(),
    hash: Type.String(),
  },
  { title: 'RoomLineView' },
);
export type RoomLineView = Static<typeof RoomLineView>;

/** What goes along with evidence that leaves the house. */
export const ManifestView = Type.Object(
  {
    incident: Type.String(),
    title: Type.String(),
    made_at: Time,
    made_by: Type.String(),
    is_intact: Type.Boolean(),
    head: Type.Optional(Type.String({ description: 'Hash of the newest line of the room.' })),
    evidence: Type.Array(RoomEvidenceView),
  },
  { title: 'ManifestView' },
);
export type ManifestView = Static<typeof ManifestView>;
