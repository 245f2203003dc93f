import { describe, expect, it } from 'vitest';
import { toEpochMs } from '../shared/time.ts';
import { createNormaliser } from './create-normaliser.ts';
import { parseParser } from './parse-parser.ts';

const AT = toEpochMs(Date.UTC(2026, 2, 5));
const parser = (yaml: string) => parseParser(yaml, 'parser.yml').values;
const accessLog = (id: string, product: string) =>
  parser(
    `{id: ${id}, title: ${id}, read: access_log, programs: [${product}], logsource: {product: ${product}}, messages: [{name: any, class: 4002}]}`,
  );
const syslog = (id: string, message: string) =>
  parser(`{id: ${id}, title: ${id}, read: syslog, messages: [${message}]}`);

function run(parsers: ReturnType<typeof parser>, text: string, named?: readonly string[]) {
  const result = createNormaliser({ parsers }).normalise({
    offset: 0,
    sourceId: 'test',
    receivedAt: AT,
    text,
    ...(named ? { parsers: named } : {}),
  });
  if (result.kind !== 'parsed') throw new Error(JSON.stringify(result));
  return result.event;
}

describe('a record finds its parser', () => {
  const servers = [...accessLog('a-access', 'alpha'), ...accessLog('b-access', 'beta')];
  const request = '192.0.2.1 - - [04/Mar/2026:08:15:21 +0000] "GET / HTTP/1.1" 200 5';

  it('is of every server that writes such a line', () => {
    const { logsource } = run(servers, request).provenance;
    expect(logsource).toMatchObject({ product: 'alpha', products: ['alpha', 'beta'] });
  });

  it('is of the one server that the source names', () => {
    const { logsource } = run(servers, request, ['b-access']).provenance;
    expect(logsource).toEqual({ product: 'beta', categories: [] });
  });

  it('is of the one server whose program wrote it', () => {
    const { logsource } = run(servers, `Mar  4 08:15:21 web beta: ${request}`).provenance;
    expect(logsource).toEqual({ product: 'beta', categories: [] });
  });

  it('goes to the parser that understands it, not to the first that catches all', () => {
    const parsers = [
      ...syslog('a-all', '{name: other, class: 0}'),
      ...syslog('b-knows', "{name: known, pattern: 'door {door} opened', class: 1008}"),
    ];
    const open = run(parsers, 'Mar  4 08:15:21 gate doord: door 7 opened');
    expect(open.provenance.parserId).toBe('b-knows');
    expect(run(parsers, 'Mar  4 08:15:21 gate doord: hm').provenance.parserId).toBe('a-all');
  });

  it('counts what the daemon folded into one line', () => {
    const parsers = syslog('a', "{name: known, pattern: 'door {door} opened', class: 1008}");
    const folded = 'Mar  4 08:15:21 gate doord: message repeated 5 times: [ door 7 opened]';
    expect(run(parsers, folded)).toMatchObject({ count: 5 });
    expect(run(parsers, 'Mar  4 08:15:21 gate doord: door 7 opened').count).toBeUndefined();
  });
});
