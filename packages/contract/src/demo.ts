import { type Static, Type } from 'typebox';
import { defineRoute } from './route.ts';

export const DemoView = Type.Object(
  {
    available: Type.Boolean(),
    playing: Type.Boolean(),
    fraction: Type.Number({ description: '0 to 1.' }),
    records: Type.Integer(),
  },
  { title: 'DemoView' },
);
export type DemoView = Static<typeof DemoView>;

export const demoRoutes = {
  getDemo: defineRoute({
    method: 'GET',
    path: '/demo',
    access: 'viewer',
    summary: 'How far the demo attack is.',
    response: DemoView,
  }),
  startDemo: defineRoute({
    method: 'POST',
    path: '/demo/start',
    access: 'responder',
    summary: 'Plays the bundled demo attack.',
    response: Type.Object({ duration_s: Type.Number() }),
    status: 202,
  }),
};
