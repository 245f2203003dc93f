import { join } from 'node:path';
import { rootDir } from './settings.ts';

/** The content that comes with Cordon. */
export const contentDir = (): string => join(rootDir(), 'content');
