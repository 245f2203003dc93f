import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { BoundedMap } from '../shared/bounded-map.ts';
import { type AuditMemory, joinAudit, MAX_AUDIT_EVENTS, readAudit } from './audit.ts';
import { readCef } from './cef.ts';
import { toCrud } from './crud.ts';
import { readEventXml } from './event-xml.ts';
import { readLeef } from './leef.ts';

describe('CEF', () => {
  it('reads header and extension with their escapes', () => {
    const fields = readCef(
      'CEF:0|Example|Gate \\| Way|1.0|100|a \\\\ b|7|src=192.0.2.1 msg=two words\\=one\\nline cs1Label=Zone cs1=dmz empty= act=block',
    );
    expect(fields).toEqual({
      cef_version: '0',
      cef_vendor: 'Example',
      cef_product: 'Gate | Way',
      cef_product_version: '1.0',
      cef_signature_id: '100',
      cef_name: 'a \\ b',
      cef_severity: '7',
      src: '192.0.2.1',
      msg: 'two words=one\nline',
      cs1Label: 'Zone',
      cs1: 'dmz',
      Zone: 'dmz',
      act: 'block',
    });
  });

  it('needs no extension, and takes no text that only speaks of CEF', () => {
    expect(readCef('x CEF:1|a|b|c|d|e|Low')).toMatchObject({ cef_severity: 'Low' });
    expect(readCef('notCEF:0|a|b|c|d|e|5|')).toBeUndefined();
    expect(readCef('CEF:0|a|b')).toBeUndefined();
    expect(readCef('0|a|b|1|9|c|7|src=192.0.2.1')).toMatchObject({
      cef_name: 'c',
      src: '192.0.2.1',
    });
    expect(readCef('0|a|b|1|9|c|d|src=192.0.2.1')).toBeUndefined();
  });
});

describe('LEEF', () => {
  it('reads tabs, a delimiter of its own, and one given as code', () => {
    expect(readLeef('LEEF:1.0|V|P|1|77|src=192.0.2.1\tusrName=ada b')).toMatchObject({
      leef_event_id: '77',
      src: '192.0.2.1',
      usrName: 'ada b',
    });
    expect(readLeef('LEEF:2.0|V|P|1|77|^|src=192.0.2.1^dst=192.0.2.2')).toMatchObject({
      dst: '192.0.2.2',
    });
    expect(readLeef('LEEF:2.0|V|P|1|77|x5E|src=192.0.2.1^dst=192.0.2.2')).toMatchObject({
      dst: '192.0.2.2',
    });
  });
});

describe('the XML of an event', () => {
  it('becomes the tree that evtx_dump makes', () => {
    const xml =
      "<?xml version='1.0'?><Event xmlns='urn:x'><System><Provider Name='P'/><EventID>7</EventID></System><EventData><Data Name='A'>x &lt; y</Data><Data Name='B'/><!-- no --></EventData></Event>";
    expect(readEventXml(xml)).toEqual({
      Event: {
        '#attributes': { xmlns: 'urn:x' },
        System: { Provider: { '#attributes': { Name: 'P' } }, EventID: '7' },
        EventData: {
          Data: [
            { '#attributes': { Name: 'A' }, '#text': 'x < y' },
            { '#attributes': { Name: 'B' } },
          ],
        },
      },
    });
  });

  it('is refused when broken, too deep, or of another shape', () => {
    expect(readEventXml('<Event><System></Event>')).toBeUndefined();
    expect(readEventXml(`<Event>${'<a>'.repeat(20)}`)).toBeUndefined();
    expect(readEventXml('<!DOCTYPE x [<!ENTITY a "b">]><Event>&a;</Event>')).toEqual({
      Event: '&a;',
    });
    expect(readEventXml('<Events></Events>')).toBeUndefined();
  });
});

describe('audit records', () => {
  const HEAD = 'msg=audit(1772612121.500:42)';

  it('are read with the hexadecimal undone and the inner message', () => {
    expect(readAudit(`type=EXECVE ${HEAD}: argc=3 a0="sh" a1="-c" a2=6C73202D6C`)).toMatchObject({
      type: 'EXECVE',
      serial: '42',
      cmd_line: 'sh -c ls -l',
    });
    expect(
      readAudit(
        `node=h1 type=USER_LOGIN ${HEAD}: pid=1 uid=0 msg='op=login acct="root" addr=192.0.2.7 res=failed'`,
      ),
    ).toMatchObject({ node: 'h1', acct: 'root', addr: '192.0.2.7', res: 'failed' });
  });

  it('know what the earlier records of their event said, also when events are mixed', () => {
    const memory: AuditMemory = new BoundedMap(MAX_AUDIT_EVENTS);
    const join = (text: string) => joinAudit(memory, 'src', readAudit(text) ?? {});
    join(`type=SYSCALL ${HEAD}: pid=9 auid=1000 exe="/bin/sh" a0=55 success=yes`);
    join('type=SYSCALL msg=audit(1772612121.501:43): pid=10 auid=0 exe="/bin/ls"');
    join(`type=CWD ${HEAD}: cwd="/root"`);
    expect(join(`type=PATH ${HEAD}: name="/etc/shadow"`)).toMatchObject({
      type: 'PATH',
      name: '/etc/shadow',
      pid: '9',
      auid: '1000',
      exe: '/bin/sh',
      cwd: '/root',
    });
    expect(join('type=PATH msg=audit(1772612121.501:43): name="x"')).toMatchObject({ pid: '10' });
    // Serials begin anew with each start of the machine.
    expect(join('type=PATH msg=audit(1772699999.001:42): name="y"')).not.toHaveProperty('pid');
  });

  it('are forgotten beyond a bound', () => {
    const memory: AuditMemory = new BoundedMap(MAX_AUDIT_EVENTS);
    for (let serial = 0; serial < 3_000; serial++)
      joinAudit(memory, 's', { serial: String(serial), type: 'SYSCALL', pid: '1' });
    expect(memory.size).toBe(MAX_AUDIT_EVENTS);
  });
});

describe('what an operation does', () => {
  it.each([
    ['DeleteBucket', 'delete'],
    ['storage.objects.get', 'read'],
    ['Add member to role', 'create'],
    ['org.update_member', 'update'],
    ['MICROSOFT.COMPUTE/VIRTUALMACHINES/WRITE', 'update'],
    ['google.iam.admin.v1.CreateServiceAccountKey', 'create'],
    ['frobnicate', 'other'],
  ])('%s: %s', (operation, kind) => {
    expect(toCrud(operation)).toBe(kind);
  });
});

describe('no text', () => {
  it('makes a reader throw', () => {
    const texts = fc.string({ unit: 'binary', maxLength: 300 });
    fc.assert(
      fc.property(texts, (text) => {
        readCef(`CEF:0|${text}`);
        readLeef(`LEEF:2.0|${text}`);
        readAudit(`type=EXECVE msg=audit(1772612121.500:42): ${text}`);
        readEventXml(`<Event>${text}`);
        toCrud(text);
      }),
    );
  });
});
