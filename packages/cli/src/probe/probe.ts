import { setTimeout as pause } from 'node:timers/promises';
import { findChanges, type HostState } from './changes.ts';
import { type CpuTicks, readHost } from './read-host.ts';
import { type ProcessTicks, readProcesses } from './read-processes.ts';
import { readSockets } from './read-sockets.ts';
import { type Packages, readCertificates, readFailedUnits, readPackages } from './read-state.ts';
import type { Fact, Reading } from './reading.ts';
import { type Receiver, send, toLogs, toMetrics } from './send.ts';

/** Units, packages and certificates are looked at so often. */
const STATE_EVERY_MS = 60_000;
/** Facts that wait for a server that does not answer; the oldest go, and are counted in the next one. */
const MAX_WAITING = 500;

/** What a probe is told to do. */
export interface ProbeSettings extends Receiver {
  readonly host: string;
  readonly everyMs: number;
  /** Files of certificates, with `*`. */
  readonly certificates: readonly string[];
  /** Where the scripts lie that were written for this process alone. */
  readonly scripts: string;
}

/** Looks at this machine and tells, until the signal aborts. Reads only; needs no rights. */
export class Probe {
  readonly #settings: ProbeSettings;
  readonly #complain: (words: string) => void;
  #ticks: CpuTicks | undefined;
  #processes: { readonly ticks: ProcessTicks; readonly at: number } | undefined;
  #state: HostState | undefined;
  #packages: Packages | undefined;
  #certificates: readonly Reading[] = [];
  #stateAt = Number.NEGATIVE_INFINITY;
  #waiting: readonly Fact[] = [];
  #lost = 0;
  #trouble: string | undefined;

  constructor(settings: ProbeSettings, complain: (words: string) => void) {
    this.#settings = settings;
    this.#complain = complain;
  }

  async run(signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      await this.look(Date.now());
      await pause(this.#settings.everyMs, undefined, { signal }).catch(() => undefined);
    }
  }

  /** One look and what it tells; `at` is told as its time, in epoch milliseconds. */
  async look(at: number): Promise<void> {
    const { host } = this.#settings;
    const hostPart = await readHost(this.#ticks);
    this.#ticks = hostPart.ticks;
    const last = this.#processes;
    const processes = await readProcesses(
      last === undefined ? undefined : { ticks: last.ticks, elapsedMs: at - last.at },
    );
    this.#processes = { ticks: processes.ticks, at };
    const sockets = await readSockets();
    if (at - this.#stateAt >= STATE_EVERY_MS) await this.#lookAtState(at, sockets.ports);
    const readings = [
      ...hostPart.readings,
      ...processes.readings,
      ...sockets.readings,
      ...this.#certificates,
    ];
    await this.#tell('/v1/metrics', toMetrics(host, at, readings));
    if (this.#waiting.length === 0) return;
    const isTold = await this.#tell('/v1/logs', toLogs(host, at, this.#waiting));
    if (isTold) this.#waiting = [];
  }

  async #lookAtState(at: number, ports: readonly number[]): Promise<void> {
    this.#stateAt = at;
    this.#packages = await readPackages(this.#packages);
    this.#certificates = await readCertificates(this.#settings.certificates);
    const failedUnits = await readFailedUnits();
    const state = { failedUnits, ports, versions: this.#packages?.versions };
    const before = this.#state ?? { ...state, failedUnits: [] };
    this.#state = state;
    const all = [...this.#waiting, ...findChanges(before, state), this.#heartbeat(state)];
    this.#waiting = all.slice(-MAX_WAITING);
    this.#lost += all.length - this.#waiting.length;
  }

  #heartbeat({ failedUnits, ports, versions }: HostState): Fact {
    const lost = this.#lost;
    this.#lost = 0;
    return {
      cordon: 'probe',
      state: failedUnits.length > 0 ? 'fail' : 'ok',
      finding:
        failedUnits.length > 0
          ? `${failedUnits.length} units have failed: ${failedUnits.join(', ')}.`
          : 'The probe is there.',
      ports: ports.map(String),
      packages: versions?.size,
      every_s: this.#settings.everyMs / 1_000,
      ...(lost > 0 ? { lost } : {}),
    };
  }

  /** A trouble is said once until it is another one. */
  async #tell(path: string, body: object): Promise<boolean> {
    const trouble = await send(this.#settings, path, body);
    if (trouble !== undefined && trouble !== this.#trouble) this.#complain(trouble);
    if (trouble === undefined && this.#trouble !== undefined) this.#complain('It is told again.');
    this.#trouble = trouble;
    return trouble === undefined;
  }
}
