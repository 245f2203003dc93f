import { err, ok, type Result } from '../shared/result.ts';

/** Protocols whose conversation is understood; `tcp` is any other. */
export const SERVICES = [
  'tcp',
  'tls',
  'http',
  'https',
  'ssh',
  'smtp',
  'postgres',
  'mysql',
  'redis',
  'dns',
] as const;
export type Service = (typeof SERVICES)[number];

const PORTS: Readonly<Record<number, Service>> = {
  22: 'ssh',
  25: 'smtp',
  53: 'dns',
  80: 'http',
  443: 'https',
  465: 'tls',
  587: 'smtp',
  636: 'tls',
  993: 'tls',
  3306: 'mysql',
  5432: 'postgres',
  6379: 'redis',
  8080: 'http',
  8443: 'https',
};
const DEFAULT_PORTS: Readonly<Record<Service, number>> = {
  tcp: 0,
  tls: 443,
  http: 80,
  https: 443,
  ssh: 22,
  smtp: 25,
  postgres: 5432,
  mysql: 3306,
  redis: 6379,
  dns: 53,
};

/** What should be reached. */
export interface Target {
  /** A name or an address. */
  readonly host: string;
  readonly port: number;
  readonly service: Service;
  /** Of an HTTP request; `/` otherwise. */
  readonly path: string;
}

/**
 * Reads `host`, `host:port`, `[v6]:port` or `scheme://host:port/path`. Without a service the port decides;
 * without a port the service does.
 */
export function parseTarget(text: string, service?: string): Result<Target> {
  if (service !== undefined && !isService(service))
    return refuse(`"${service}" is no service`, `one of ${SERVICES.join(', ')}`);
  const url = readUrl(text);
  if (url === undefined || url.host === '')
    return refuse(`"${text}" is no target`, 'write host:port or https://host/path');
  const known = service ?? url.service ?? PORTS[url.port ?? 0] ?? 'tcp';
  const port = url.port ?? DEFAULT_PORTS[known];
  if (port < 1) return refuse(`"${text}" names no port`, 'write host:port, or name the service');
  return ok({ host: url.host, port, service: known, path: url.path });
}

interface Read {
  readonly host: string;
  readonly port: number | undefined;
  readonly service: Service | undefined;
  readonly path: string;
}

function readUrl(text: string): Read | undefined {
  const [, scheme = '', rest = ''] = /^(?:([a-z][a-z0-9+.-]*):\/\/)?(.*)$/i.exec(text.trim()) ?? [];
  const [, authority = '', path = ''] = /^([^/?#]*)(.*)$/.exec(rest) ?? [];
  const at = readAuthority(authority);
  if (at === undefined) return undefined;
  const name = scheme.toLowerCase();
  const service = name === 'postgresql' ? 'postgres' : isService(name) ? name : undefined;
  return { ...at, service, path: path === '' ? '/' : path };
}

function readAuthority(text: string): Pick<Read, 'host' | 'port'> | undefined {
  if (/^[0-9a-f:]+$/i.test(text) && text.split(':').length > 2)
    return { host: text, port: undefined };
  const found = /^(?:\[([0-9a-f:.%a-z]+)\]|([^:[\]\s@]+))(?::(\d{1,5}))?$/i.exec(text);
  if (found === null) return undefined;
  const port = found[3] === undefined ? undefined : Number(found[3]);
  if (port !== undefined && (port < 1 || port > 65_535)) return undefined;
  return { host: found[1] ?? found[2] ?? '', port };
}

const isService = (name: string): name is Service => (SERVICES as readonly string[]).includes(name);

export const usesTls = ({ service }: Target): boolean => service === 'tls' || service === 'https';
export const usesHttp = ({ service }: Target): boolean => service === 'http' || service === 'https';

const refuse = (message: string, hint: string): Result<never> =>
  err({ code: 'target_unreadable', detail: `${message}.`, hint, retryable: false });
