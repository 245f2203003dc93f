import { ok } from '@cordon/core';
import { type Static, Type } from 'typebox';
import type { Channel, HandOver, Post } from '../channel.ts';
import { toShortText } from '../wording.ts';
import { addressOf, createHttpChannel } from './by-http.ts';

/** Any gateway that sends a text for a POST; the address of a person is their number. */
export const SmsYml = Type.Object({
  url: Type.String({ pattern: '^https?://\\S+$' }),
  headers: Type.Record(Type.String({ pattern: '^[A-Za-z0-9-]+$' }), Type.String(), { default: {} }),
  form: Type.Union([Type.Literal('json'), Type.Literal('form')], {
    default: 'json',
    description: 'How the fields are posted.',
  }),
  fields: Type.Record(Type.String({ minLength: 1 }), Type.String(), {
    default: { to: '{to}', text: '{text}' },
    description: 'What is posted; {to}, {text} and {key} are put in.',
  }),
});
type SmsYml = Static<typeof SmsYml>;

/** Put in once, so that a text that holds a placeholder stays as it is. */
const fill = (template: string, values: Readonly<Record<string, string>>): string =>
  template.replace(/\{(to|text|key)\}/g, (whole, name: string) => values[name] ?? whole);

function toBody({ fields, form }: SmsYml, handOver: HandOver): string {
  const values = { to: addressOf(handOver), text: toShortText(handOver), key: handOver.key };
  const pairs = Object.entries(fields).map(([name, value]) => [name, fill(value, values)] as const);
  return form === 'json'
    ? JSON.stringify(Object.fromEntries(pairs))
    : new URLSearchParams(Object.fromEntries(pairs)).toString();
}

export const createSms = (id: string, yml: SmsYml, post: Post): Channel =>
  createHttpChannel({
    id,
    kind: 'sms',
    knowsKeys: Object.values(yml.fields).some((value) => value.includes('{key}')),
    post,
    toPosting: (handOver) =>
      ok({
        what: `SMS (${id})`,
        url: yml.url,
        headers: {
          'content-type':
            yml.form === 'json' ? 'application/json' : 'application/x-www-form-urlencoded',
          ...yml.headers,
        },
        body: toBody(yml, handOver),
      }),
  });
