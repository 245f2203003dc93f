/** Where on the way to a service something is at fault. */
export type Layer =
  | 'own-action'
  | 'names'
  | 'route'
  | 'link'
  | 'firewall'
  | 'mtu'
  | 'tcp'
  | 'tls'
  | 'http'
  | 'auth'
  | 'service';

/** What is said of a cause; `{…}` is filled in from what was found. */
export interface CauseEntry {
  readonly layer: Layer;
  readonly title: string;
  readonly fix: string;
  readonly confirm: string;
}

type Sentences = readonly [title: string, fix: string, confirm: string];

/** One line of the tables of causes. */
export const entry = (layer: Layer, [title, fix, confirm]: Sentences): CauseEntry => ({
  layer,
  title,
  fix,
  confirm,
});
