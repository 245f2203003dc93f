import type { Client } from '@cordon/contract';
import type { Static, TObject } from 'typebox';

/** One thing an assistant may ask. */
export interface Tool {
  readonly name: string;
  readonly title: string;
  readonly description: string;
  readonly input: TObject;
  /** It only looks; what is not so waits for a person. */
  readonly isReadOnly: boolean;
  readonly call: (client: Client, input: unknown) => Promise<unknown>;
}

/** Declares a tool; `call` is given what was checked against `input`. */
export const defineTool = <S extends TObject>(
  tool: Omit<Tool, 'input' | 'call'> & {
    readonly input: S;
    readonly call: (client: Client, input: Static<S>) => Promise<unknown>;
  },
): Tool => ({ ...tool, call: (client, input) => tool.call(client, input as Static<S>) });
