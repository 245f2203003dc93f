import type { automationRoutes } from '@cordon/contract';
import type { ApiDeps } from '../deps.ts';
import type { Handlers } from '../handler.ts';
import { presentAutomation } from '../present/automation.ts';
import { valueOrRefuse } from '../problem-json.ts';

/** Playbooks that start by themselves: how they fare, and how far they may go. */
export const createAutomationHandlers = ({
  actions,
}: ApiDeps): Handlers<keyof typeof automationRoutes> => ({
  listAutomations: async () => ({ items: (await actions.automations()).map(presentAutomation) }),
  setAutomationStage: async ({ params, body, who }) =>
    presentAutomation(
      valueOrRefuse(await actions.setStage(params.id, body.stage, body.reason, who.name)),
    ),
});
