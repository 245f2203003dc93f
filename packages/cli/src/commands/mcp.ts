import { readFile } from 'node:fs/promises';
import { createClient } from '@cordon/contract';
import { StdioServerTransport } from '@modelcontextprotocol/sdk/server/stdio.js';
import { createMcpServer } from '../mcp/create-mcp-server.ts';
import { EXIT } from '../terminal.ts';

export interface McpFlags {
  readonly url: string;
  readonly tokenFile?: string;
}

const MAX_TOKEN_CHARACTERS = 500;

/** Serves the tools on stdin and stdout until the other side hangs up. */
export async function runMcp({ url, tokenFile }: McpFlags, version: string): Promise<number> {
  const token = (
    tokenFile === undefined
      ? (process.env['CORDON_TOKEN'] ?? '')
      : await readFile(tokenFile, 'utf8')
  ).trim();
  if (token === '' || token.length > MAX_TOKEN_CHARACTERS) {
    process.stderr.write(
      'There is no token.\n  hint: make one under Settings with the role viewer or proposer; give it as CORDON_TOKEN or with --token-file\n',
    );
    return EXIT.usage;
  }
  const client = createClient({ baseUrl: url.replace(/\/+$/, ''), fetch, token });
  const server = createMcpServer(client, version);
  const ended = new Promise<void>((resolve) => {
    server.onclose = resolve;
    process.stdin.once('end', resolve);
  });
  await server.connect(new StdioServerTransport());
  await ended;
  await server.close();
  return EXIT.ok;
}
