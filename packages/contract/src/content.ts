import { type Static, Type } from 'typebox';
import { defineRoute } from './route.ts';
import { ProblemView, Time } from './value.ts';

/** Parsers, rules and playbooks that are in force, and what of them could not be read. */
export const ContentView = Type.Object(
  {
    parsers: Type.Integer(),
    rules: Type.Integer(),
    playbooks: Type.Integer(),
    problems: Type.Array(ProblemView, {
      description: 'Where there was an earlier version of a file, that stays in force.',
    }),
    loaded_at: Time,
  },
  { title: 'ContentView' },
);
export type ContentView = Static<typeof ContentView>;

export const contentRoutes = {
  getContent: defineRoute({
    method: 'GET',
    path: '/content',
    access: 'viewer',
    summary: 'The content that is in force.',
    response: ContentView,
  }),
  reloadContent: defineRoute({
    method: 'POST',
    path: '/content/reload',
    access: 'administrator',
    summary: 'Reads parsers, rules and playbooks anew, without a restart.',
    response: ContentView,
  }),
};
