import { AwsV4Signer } from 'aws4fetch';
import type { Auth } from './auth.ts';
import type { Credentials, Outgoing } from './credentials.ts';

/** The headers of Signature Version 4; the user is the id of the access key, the secret its other half. */
export async function signAws(
  { service, region }: Extract<Auth, { kind: 'aws' }>,
  { user = '', secret }: Credentials,
  of: { readonly request: Outgoing; readonly at: number },
): Promise<Readonly<Record<string, string>>> {
  const { method, url, body } = of.request;
  const signed = await new AwsV4Signer({
    method,
    url: url.href,
    accessKeyId: user,
    secretAccessKey: secret,
    service,
    region,
    datetime: new Date(of.at).toISOString().replace(/[:-]|\.\d{3}/g, ''),
    ...(body === '' ? {} : { body }),
  }).sign();
  return Object.fromEntries(signed.headers);
}
