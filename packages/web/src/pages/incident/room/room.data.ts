import { API_PREFIX, ApiError, type Audience, type RoomActBody } from '@cordon/contract';
import { useQuery } from '@tanstack/react-query';
import { api, problemOf, queryClient } from '../../../api.ts';
import { useToast } from '../../../parts/toast.tsx';

const refresh = () => queryClient.invalidateQueries({ queryKey: ['room'] });

/** What stands in the room; the stream says when to read it again. */
export const useRoom = (id: string) =>
  useQuery({
    queryKey: ['room', id],
    queryFn: ({ signal }) => api.getRoom({ params: { id }, signal }),
  });

export const useHandover = (id: string) =>
  useQuery({
    queryKey: ['room', id, 'handover'],
    queryFn: ({ signal }) => api.getHandover({ params: { id }, signal }),
  });

export const useRecurrence = (id: string) =>
  useQuery({
    queryKey: ['room', id, 'recurrence'],
    queryFn: ({ signal }) => api.checkRecurrence({ params: { id }, signal }),
  });

export const readDraft = (id: string, audience: Audience) =>
  api.draftUpdate({ params: { id }, query: { audience } });

/** Mails and hand-overs have happened; all else can be taken back. */
const FACTS: ReadonlySet<RoomActBody['what']> = new Set(['update_sent', 'handed_over']);

/** Writes a line and says so, with an undo where there is one. */
export function useWrite(id: string) {
  const say = useToast();
  const write = (act: RoomActBody) =>
    api.actInRoom({ params: { id }, body: { act } }).finally(refresh);
  return async (act: RoomActBody, said: string): Promise<void> => {
    const { line } = await write(act);
    if (FACTS.has(act.what)) say(said);
    else say(said, () => write({ what: 'taken_back', line }));
  };
}
export type Write = ReturnType<typeof useWrite>;

/** For what is written at a click, without a form that would show a refusal: says why it was not done. */
export function useAtOnce() {
  const say = useToast();
  return (written: Promise<void>): void => {
    written.catch((error: unknown) => say(problemOf(error).detail));
  };
}

/** Whatever is not a line that somebody writes word by word. */
export const roomActs = {
  takeTemplate: (id: string, templateId: string) =>
    api.useRoomTemplate({ params: { id }, body: { template_id: templateId } }).finally(refresh),
  ask: (
    id: string,
    body: { readonly account: string; readonly to: string; readonly note: string },
  ) => api.askAffected({ params: { id }, body }).finally(refresh),
  invite: (
    id: string,
    body: { readonly name: string; readonly right: 'look' | 'comment'; readonly hours: number },
  ) => api.inviteGuest({ params: { id }, body }).finally(refresh),
  keepFile: async (id: string, file: File): Promise<void> => {
    const query = new URLSearchParams({ name: file.name.slice(0, 200) });
    const response = await fetch(`${roomUrl(id)}/evidence?${query}`, {
      method: 'POST',
      headers: { 'content-type': 'application/octet-stream' },
      body: file,
    });
    await refresh();
    if (!response.ok) throw new ApiError(await response.json());
  },
};

const roomUrl = (id: string): string => `${API_PREFIX}/incidents/${id}/room`;
export const evidenceUrl = (id: string, line: number): string => `${roomUrl(id)}/evidence/${line}`;
export const manifestUrl = (id: string): string => `${roomUrl(id)}/manifest`;
