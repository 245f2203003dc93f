// The services of a machine of the lab: `node serve.ts SPECS_JSON` starts what it is told and says "ready".
import { createServer as createHttp, type RequestListener } from 'node:http';
import { createServer as createHttp2 } from 'node:http2';
import { createServer as createHttps } from 'node:https';
import { createServer as createTcp, type Server, type Socket } from 'node:net';
import process from 'node:process';
import { createServer as createTls, type TlsOptions } from 'node:tls';

/** One listener. */
export interface ServeSpec {
  readonly port: number;
  readonly address?: string;
  readonly kind: 'http' | 'https' | 'tls' | 'http2' | 'raw';
  readonly status?: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly bodyBytes?: number;
  /** What happens instead of an answer. */
  readonly then?: 'hang' | 'close' | 'reset' | 'cut-off';
  /** What a raw service says first; `hex:` for bytes. */
  readonly say?: string;
  /** Certificate, key and settings of TLS, as Node takes them. */
  readonly tls?: TlsOptions;
  /** How many connections may wait to be accepted. */
  readonly backlog?: number;
  /** How far the clock of its answers is ahead. */
  readonly skewSeconds?: number;
  /** The connection is reset when this name is asked for. */
  readonly resetName?: string;
}

const bytesOf = (say: string): Buffer =>
  say.startsWith('hex:') ? Buffer.from(say.slice(4), 'hex') : Buffer.from(say);

function end(socket: Socket, how: ServeSpec['then']): void {
  socket.on('error', () => undefined);
  if (how === 'close') socket.end();
  if (how === 'reset') socket.resetAndDestroy();
}

const answer =
  ({
    status = 200,
    headers = {},
    bodyBytes = 2,
    then,
    skewSeconds = 0,
  }: ServeSpec): RequestListener =>
  (request, response) => {
    if (then === 'cut-off') {
      response.writeHead(200, { 'content-length': String(bodyBytes + 10_000) });
      response.write('x'.repeat(bodyBytes), () => request.socket.destroy());
      return;
    }
    if (then !== undefined) return end(request.socket, then);
    const date = new Date(Date.now() + skewSeconds * 1_000).toUTCString();
    response.writeHead(status, { ...headers, date }).end('x'.repeat(bodyBytes));
  };

/** A TLS server's way of cutting a connection by the name in the greeting. */
function withReset(spec: ServeSpec): TlsOptions {
  if (spec.resetName === undefined) return spec.tls ?? {};
  return {
    ...spec.tls,
    SNICallback: (name, done) => done(name === spec.resetName ? new Error('no') : null),
  };
}

function toServer(spec: ServeSpec): Server {
  switch (spec.kind) {
    case 'http':
      return createHttp(answer(spec));
    case 'https':
      return createHttps(withReset(spec), answer(spec));
    case 'http2':
      return createHttp2((_, response) => response.end('ok'));
    case 'tls':
      return createTls(withReset(spec), (socket) => socket.on('error', () => undefined));
    case 'raw':
      return createTcp((socket) => {
        socket.on('error', () => undefined);
        if (spec.say !== undefined) socket.write(bytesOf(spec.say));
        end(socket, spec.then);
      });
  }
}

const specs = JSON.parse(process.argv[2] ?? '[]') as readonly ServeSpec[];
for (const spec of specs) {
  const server = toServer(spec);
  server.on('error', (error) => process.stderr.write(`${String(error)}\n`));
  await new Promise<void>((resolve) => {
    server.listen(
      { port: spec.port, host: spec.address ?? '::', backlog: spec.backlog ?? 511 },
      resolve,
    );
  });
}
process.stdout.write('ready\n');
