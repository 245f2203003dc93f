import { describe, expect, it } from 'vitest';
import { toSubject } from './explain.ts';

describe('what explain is asked about', () => {
  it.each([
    ['#17', { kind: 'record', offset: 17 }],
    ['INC-3', { kind: 'incident_number', number: 3 }],
    ['3', { kind: 'incident_number', number: 3 }],
    ['inc_01abc', { kind: 'incident', id: 'inc_01abc' }],
    ['#fields\tts', { kind: 'line', text: '#fields\tts' }],
    ['inc_x from 192.0.2.1', { kind: 'line', text: 'inc_x from 192.0.2.1' }],
  ] as const)('%j', (what, subject) => expect(toSubject(what)).toEqual(subject));
});
