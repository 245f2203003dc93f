import { defineSource, type SourceContext } from '@cordon/kit';
import { keepSession, rest, SourceTrouble } from '../session.ts';
import { PolledHttpConfig } from './config.ts';
import { MANIFESTS } from './known.ts';
import type { Manifest } from './manifest.ts';
import { openApi } from './reader.ts';

/** What runs the pauses; tests put in their own. */
export type Pause = (forMs: number, signal: AbortSignal) => Promise<void>;

/** Logs that an HTTP API gives page by page: known APIs by name, others by a manifest. */
export const createPolledHttp = (pause: Pause = rest) =>
  defineSource({
    id: 'polled-http',
    title: 'HTTP API, polled',
    config: PolledHttpConfig,
    run: (context) => run(context, pause),
  });

export const polledHttp = createPolledHttp();

function manifestOf(config: PolledHttpConfig): Manifest {
  const manifest =
    config.api === 'custom' ? config.manifest : MANIFESTS.find(({ id }) => id === config.api);
  if (manifest !== undefined) return manifest;
  throw new SourceTrouble({
    code: 'config_bad_value',
    detail: `There is no API "${config.api}".`,
    hint: `Known: ${MANIFESTS.map(({ id }) => id).join(', ')}; or custom with a manifest.`,
    retryable: false,
  });
}

async function run(context: SourceContext<PolledHttpConfig>, pause: Pause): Promise<void> {
  const { config, signal, ready } = context;
  const manifest = manifestOf(config);
  const pollMs = (config.pollSeconds ?? manifest.pollSeconds) * 1_000;
  await keepSession({
    context,
    what: manifest.title,
    pause,
    open: async (worked) => {
      const api = await openApi(context, manifest);
      try {
        ready(api.place);
        while (!signal.aborted) {
          const pauseMs = await api.readPage();
          worked();
          await pause(pauseMs ?? pollMs, signal);
        }
      } finally {
        await api.close();
      }
    },
  });
}
