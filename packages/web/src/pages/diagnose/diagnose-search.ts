/** What is to be reached, and the diagnosis on show, as they stand in the address. */
export interface DiagnoseSearch {
  readonly to?: string;
  readonly service?: string;
  readonly id?: string;
}

const MOST = 2_000;
const MOST_OF_A_WORD = 64;

const word = (value: unknown, most: number): string | undefined =>
  typeof value === 'string' && value !== '' ? value.slice(0, most) : undefined;

/** Reads them from the address. */
export function readDiagnose(search: Record<string, unknown>): DiagnoseSearch {
  const to = word(search['to'], MOST);
  const service = word(search['service'], MOST_OF_A_WORD);
  const id = word(search['id'], MOST_OF_A_WORD);
  return { ...(to && { to }), ...(service && { service }), ...(id && { id }) };
}

/** A target as a person writes it; IPv6 in brackets. */
export function writeTarget(target: {
  readonly host: string;
  readonly port: number;
  readonly service: string;
  readonly path: string;
}): string {
  const host = target.host.includes(':') ? `[${target.host}]` : target.host;
  const where = `${host}:${target.port}`;
  return target.path === '/' ? where : `${target.service}://${where}${target.path}`;
}
