/** One number of this machine, named as OpenTelemetry names it. */
export interface Reading {
  readonly name: string;
  readonly value: number;
  readonly labels?: Readonly<Record<string, string>>;
}

/** Something that changed on this machine, or that it is there. */
export interface Fact {
  readonly cordon: 'probe' | 'change';
  readonly state: 'ok' | 'fail';
  /** `unit`, `package` or `port` of a change. */
  readonly kind?: string;
  readonly finding: string;
  readonly [detail: string]: string | number | readonly string[] | undefined;
}
