import { enableCompileCache } from 'node:module';
import { fileURLToPath } from 'node:url';

/**
 * Keeps compiled code for the next start, beside the code and with its owner: whoever can write there
 * can change the code itself. Threads take the folder from the environment. Where nothing can be
 * written, all is compiled anew.
 */
export function keepCompiledCode(): void {
  const own = fileURLToPath(new URL('../../../node_modules/.cache/cordon-code', import.meta.url));
  process.env['NODE_COMPILE_CACHE'] ??= own;
  enableCompileCache(process.env['NODE_COMPILE_CACHE']);
}
