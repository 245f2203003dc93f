import type { MessagePort } from 'node:worker_threads';
import type { Thinker } from './thinker.ts';
import type { Answer, Ask } from './wire.ts';

/**
 * Answers over the port of this thread what `thread-thinker.ts` asks, in the order in which it is
 * asked. What goes wrong in anything but an order is thrown, which ends the thread.
 */
export function serveThinker(port: MessagePort, thinker: Thinker, onClose: () => void): void {
  const post = (answer: Answer): void => port.postMessage(answer);
  const serve = async ({ id, call, args }: Ask): Promise<void> => {
    const given = args as readonly never[];
    const ask = (thinker[call] as (...all: never[]) => Promise<unknown>).bind(thinker);
    try {
      post({ kind: 'done', id, value: await ask(...given), standing: thinker.standing() });
    } catch (error) {
      if (call !== 'order') throw error;
      post({ kind: 'refused', id, detail: error instanceof Error ? error.message : String(error) });
    }
    if (call !== 'close') return;
    onClose();
    port.close();
  };
  port.on('message', (ask: Ask) => void serve(ask));
  post({ kind: 'opened', standing: thinker.standing() });
}
