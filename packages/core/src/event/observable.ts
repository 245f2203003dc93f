/** The kinds of value worth pivoting on, by OCSF observable type_id. */
export const OBSERVABLE_TYPE = {
  hostname: 1,
  ip: 2,
  mac: 3,
  user: 4,
  email: 5,
  url: 6,
  file_name: 7,
  hash: 8,
  process: 9,
  port: 11,
  subnet: 12,
  command_line: 13,
  cve: 18,
} as const;
export type ObservableType = keyof typeof OBSERVABLE_TYPE;

/** A typed value with its path in the event, e.g. `src_endpoint.ip`. */
export interface Observable {
  readonly name: string;
  readonly type: ObservableType;
  readonly value: string;
}
