import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readWords } from './guess-words.ts';

const REFUSED = { answer: 'refused', isLogIn: true };

describe('what a line of any program says of a log-in', () => {
  it.each([
    ['Authentication failure for user bob from 192.0.2.7', { user: 'bob', ip: '192.0.2.7' }],
    ['Failed login attempt for bob@example.org from 192.0.2.7', { user: 'bob@example.org' }],
    ['failed login of user "bob smith" from 192.0.2.7', { user: 'bob smith', ip: '192.0.2.7' }],
    ['Login attempt failed [ip: 2001:db8::7] username=bob', { user: 'bob', ip: '2001:db8::7' }],
    ['web: invalid password from 192.0.2.7', { ip: '192.0.2.7' }],
    ['Invalid credentials (client 192.0.2.7, version 1.2.3)', { ip: '192.0.2.7' }],
  ])('%s', (text, expected) => expect(readWords(text)).toMatchObject({ ...REFUSED, ...expected }));

  it.each([
    'Login successful for user bob from 192.0.2.7',
    'user bob logged in from 192.0.2.7',
    'Accepted password for bob from 192.0.2.7',
  ])('lets in: %s', (text) =>
    expect(readWords(text)).toMatchObject({ answer: 'let_in', ip: '192.0.2.7' }),
  );

  it('knows a failure that is no log-in', () => {
    expect(readWords('sensor: error from 192.0.2.7')).toMatchObject({
      answer: 'refused',
      isLogIn: false,
      ip: '192.0.2.7',
    });
  });

  it.each([
    ['of two addresses', "Login failed for user 'x from 198.51.100.1' from 192.0.2.7"],
    ['of a version', 'Login failed in release 16.0.5.1'],
    ['of part of a name', 'Login failed from host-192.0.2.7.example.org'],
  ])('blames nobody because %s', (_name, text) => {
    expect(readWords(text)).toMatchObject(REFUSED);
    expect(readWords(text)?.ip).toBeUndefined();
  });

  it.each([
    'GET /?q=Login failed for user x from 198.51.100.1',
    'note "Login failed for user x from 198.51.100.1"',
    'Wrong data received: Logon  Login failed for user x. [CLIENT: 198.51.100.1]',
    'heartbeat from 192.0.2.7',
    'the author of this module is bob',
  ])('has no words for: %s', (text) => expect(readWords(text)).toBeUndefined());

  it('takes any text, soon', () => {
    fc.assert(fc.property(fc.string({ maxLength: 4_000 }), (text) => void readWords(text)));
    for (const piece of ['login ', '-', ' ', 'a-', '1.', ':', 'failed login - ', "user '"])
      for (const start of ['', 'failed']) readWords(start + piece.repeat(20_000));
  });
});
