import { CAUSES_OF_PATH } from './causes-of-path.ts';
import { CAUSES_OF_SERVICE } from './causes-of-service.ts';

/**
 * Every cause the doctor can name, with its layer, what it means, what to do and how to see that it helped.
 * The command is for a person to read and run, never run by Cordon.
 */
export const CAUSES = { ...CAUSES_OF_PATH, ...CAUSES_OF_SERVICE } as const;

export type CauseCode = keyof typeof CAUSES;
