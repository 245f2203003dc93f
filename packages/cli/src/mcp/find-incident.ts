import { ApiError, type Client, type IncidentDetail } from '@cordon/contract';

const NAME = /^INC-\d{1,9}$/i;
const SHOWN = 20;

/** The incident of an id, or of a name as people say it: `INC-42`. */
export async function findIncident(client: Client, what: string): Promise<IncidentDetail> {
  if (!NAME.test(what)) return client.getIncident({ params: { id: what } });
  const name = what.toUpperCase();
  const { items } = await client.listIncidents({ query: { text: name, limit: SHOWN } });
  const found = items.find((one) => one.name === name);
  if (found) return client.getIncident({ params: { id: found.id } });
  throw new ApiError({
    type: 'urn:cordon:problem:not_found',
    title: 'There is no such incident.',
    status: 404,
    code: 'not_found',
    detail: `There is no incident ${name}.`,
    retryable: false,
  });
}
