import { beacon } from './beacon/beacon.ts';
import { dnsTunnel } from './dns-tunnel/dns-tunnel.ts';
import { eventRate } from './event-rate/event-rate.ts';
import { exfiltration } from './exfiltration/exfiltration.ts';
import { guessing } from './guessing/guessing.ts';
import { httpProbe } from './http-probe/http-probe.ts';
import { lateral } from './lateral/lateral.ts';
import { logTemplate } from './log-template/log-template.ts';
import { newAdmin } from './new-admin/new-admin.ts';
import { rareProcess } from './rare-process/rare-process.ts';
import { scan } from './scan/scan.ts';
import type { DetectorDefinition, DetectorSettings, StreamDetector } from './stream-detector.ts';
import { travel } from './travel/travel.ts';

/** Every stream detector there is, in order of name. To add one, add its line. */
export const DETECTORS: readonly DetectorDefinition[] = [
  beacon,
  dnsTunnel,
  eventRate,
  exfiltration,
  guessing,
  httpProbe,
  lateral,
  logTemplate,
  newAdmin,
  rareProcess,
  scan,
  travel,
];

/** The detectors that are on, with their parameters. */
export function createDetectors(settings: DetectorSettings = {}): readonly StreamDetector[] {
  return DETECTORS.flatMap((definition) => {
    const own = settings[definition.name] ?? {};
    if (own.enabled === false) return [];
    const parameters = Object.entries(definition.parameters).map(([name, { default: usual }]) => [
      name,
      typeof own[name] === 'number' ? own[name] : usual,
    ]);
    return [definition.create(Object.fromEntries(parameters))];
  });
}
