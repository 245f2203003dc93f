/*
 * What a probe runs: told what to do by its environment, so that no token stands in the list of processes. Imports nothing
 * but Node, since it shall be small wherever it runs.
 */
import { rm } from 'node:fs/promises';
import { Probe, type ProbeSettings } from './probe.ts';

const settings = JSON.parse(process.env['CORDON_PROBE'] ?? '{}') as ProbeSettings;
delete process.env['CORDON_PROBE'];
await rm(settings.scripts, { recursive: true });
const ending = new AbortController();
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => ending.abort());
const probe = new Probe(settings, (words) => process.stderr.write(`${words}\n`));
await probe.run(ending.signal);
