import type { Incident } from '../correlate/incident.ts';
import type { EpochMs } from '../shared/time.ts';
import { toEpochMs } from '../shared/time.ts';
import type { Alert } from '../triage/alert.ts';
import type { AttackStep } from './attack-steps.ts';
import { toAttackSteps } from './attack-steps.ts';
import { objectId } from './stix-id.ts';
import {
  common,
  machineObject,
  producer,
  type StixOut,
  stixTime,
  techniqueObject,
  toBundle,
} from './stix-objects.ts';
import { tacticIdOf, tacticWords } from './tactics.ts';

/*
 * Attack Flow 2 (Center for Threat-Informed Defense), a STIX 2.1 extension: actions, the assets they
 * touch, and what led to what.
 */

const EXTENSION = 'extension-definition--fb9c968a-745b-4ade-9b25-c324172197f4';
const AUTHOR = 'identity--d673f8cb-c168-42da-8ed4-0cb26725f86c';
const EXTENDS = { [EXTENSION]: { extension_type: 'new-sdo' } };
const PUBLISHED = stixTime(toEpochMs(Date.UTC(2022, 7, 2, 19, 34, 35, 143)));
const TECHNIQUE = /^T\d{4}(?:\.\d{3})?$/;

const EXTENSION_OBJECTS: readonly StixOut[] = [
  {
    type: 'extension-definition',
    id: EXTENSION,
    spec_version: '2.1',
    name: 'Attack Flow',
    description: 'Extends STIX 2.1 with features to create Attack Flows.',
    created: PUBLISHED,
    modified: PUBLISHED,
    created_by_ref: AUTHOR,
    schema:
      'https://center-for-threat-informed-defense.github.io/attack-flow/stix/attack-flow-schema-2.0.0.json',
    version: '2.0.0',
    extension_types: ['new-sdo'],
  },
  {
    type: 'identity',
    spec_version: '2.1',
    id: AUTHOR,
    created_by_ref: AUTHOR,
    created: PUBLISHED,
    modified: PUBLISHED,
    name: 'MITRE Center for Threat-Informed Defense',
    identity_class: 'organization',
  },
];

const actionId = (incident: Incident, step: string): string =>
  objectId('attack-action', incident.id, step);
const assetId = (incident: Incident, place: string): string =>
  objectId('attack-asset', incident.id, place);

const upperFirst = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1);

function actionOf(incident: Incident, step: AttackStep, effects: readonly string[]): StixOut {
  const technique = step.techniques.find((id) => TECHNIQUE.test(id));
  const tactic = tacticIdOf(step.tactic);
  return {
    ...common('attack-action', actionId(incident, step.id), incident.lastAt),
    name: upperFirst(tacticWords(step.tactic)),
    ...(tactic === undefined ? {} : { tactic_id: tactic }),
    ...(technique === undefined
      ? {}
      : {
          technique_id: technique,
          technique_ref: techniqueObject(technique, incident.lastAt).id,
        }),
    description: `${step.titles.join('; ')} (alerts ${step.alertIds.join(', ')})`,
    execution_start: stixTime(step.at),
    execution_end: stixTime(step.until),
    ...(step.place === undefined ? {} : { asset_refs: [assetId(incident, step.place)] }),
    ...(effects.length === 0 ? {} : { effect_refs: [...effects] }),
    extensions: EXTENDS,
  };
}

const assetOf = (incident: Incident, place: string, at: EpochMs): readonly StixOut[] => {
  const machine = machineObject(place, at);
  return [
    machine,
    {
      ...common('attack-asset', assetId(incident, place), at),
      name: place,
      object_ref: machine.id,
      extensions: EXTENDS,
    },
  ];
};

/** An incident as an Attack Flow: a STIX bundle with an action for each step and what led to what. */
export function toAttackFlow(incident: Incident, alerts: readonly Alert[]): StixOut {
  const steps = toAttackSteps(incident, alerts);
  const effectsOf = (step: AttackStep): readonly string[] =>
    steps.filter(({ causes }) => causes.includes(step.id)).map(({ id }) => actionId(incident, id));
  const actions = steps.map((step) => actionOf(incident, step, effectsOf(step)));
  const starts = steps.filter(({ causes }) => causes.length === 0);
  const places = [...new Set(steps.flatMap(({ place }) => place ?? []))];
  const techniques = steps
    .flatMap((step) => step.techniques.find((id) => TECHNIQUE.test(id)) ?? [])
    .map((id) => techniqueObject(id, incident.lastAt));
  const flow: StixOut = {
    ...common('attack-flow', objectId('attack-flow', incident.id), incident.lastAt),
    name: `INC-${incident.number}: ${incident.title}`,
    description: incident.origin.text,
    scope: 'incident',
    start_refs: starts.map(({ id }) => actionId(incident, id)),
    external_references: [{ source_name: 'cordon', external_id: incident.id }],
    extensions: EXTENDS,
  };
  return toBundle(
    ['attack-flow', incident.id],
    [
      ...EXTENSION_OBJECTS,
      producer(incident.lastAt),
      flow,
      ...actions,
      ...places.flatMap((place) => assetOf(incident, place, incident.lastAt)),
      ...techniques,
    ],
  );
}
