import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Decider, EpochMs, Problem } from '@cordon/core';
import type { Demo, Intake } from '../ports.ts';
import type { StateStore } from '../store/ports.ts';
import { createPlayer } from './player.ts';
import { parseStory, type Story } from './story.ts';

const SOURCE = 'demo';
const PLAYED_SETTING = 'demo_played';

export interface DemoDeps {
  /** Folder that holds `scenarios/`. */
  readonly root: string;
  readonly intake: Intake;
  readonly addBenign: (rules: Parameters<Decider['addBenign']>[0]) => Promise<void>;
  readonly store: Pick<StateStore, 'getSetting' | 'setSetting'>;
  readonly now: () => EpochMs;
  readonly signal: AbortSignal;
  readonly onProblem: (problem: Problem) => void;
}

/**
 * The bundled story, ready to be played. What the story's organisation knows to be harmless counts
 * from its first playing on, also after a restart, and never in an installation that does not play it.
 */
export async function createDemo(deps: DemoDeps): Promise<Demo> {
  const { root, intake, addBenign, store } = deps;
  const story = await readStory(join(root, 'scenarios', 'demo', 'story.yml'));
  let isPrepared = (await store.getSetting(PLAYED_SETTING)) === true;
  if (isPrepared) await addBenign(story.benign);

  const prepare = async (): Promise<void> => {
    if (isPrepared) return;
    await addBenign(story.benign);
    await store.setSetting(PLAYED_SETTING, true);
    isPrepared = true;
  };
  return createPlayer({
    ...deps,
    story,
    push: async (records) => {
      await prepare();
      if (!intake.sources().some(({ id }) => id === SOURCE))
        await intake.addPushSource(SOURCE, 'Demo attack');
      await intake.push(SOURCE, records);
    },
  });
}

async function readStory(file: string): Promise<Story> {
  const story = parseStory(await readFile(file, 'utf8'), file);
  if (!story.ok) throw new Error(story.problem.detail);
  return story.value;
}
