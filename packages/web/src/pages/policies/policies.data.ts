import type { StageBody } from '@cordon/contract';
import { useQuery } from '@tanstack/react-query';
import { api, queryClient } from '../../api.ts';

const KEY = ['automations'];

/** Playbooks that start by themselves, measured against people's verdicts. */
export const useAutomations = () =>
  useQuery({ queryKey: KEY, queryFn: ({ signal }) => api.listAutomations({ signal }) });

/** Makes an automation live, or puts it into the shadow. */
export async function setStage(id: string, body: StageBody): Promise<void> {
  await api.setAutomationStage({ params: { id }, body });
  await queryClient.invalidateQueries({ queryKey: KEY });
}
