import type { EntityRef } from '@cordon/core';
import { type TObject, Type } from 'typebox';
import { IpParams, ipTarget } from './ip-params.ts';

/** What a verb of the catalogue takes, whichever connector carries it out, and what it acts on. */
export interface VerbForm {
  readonly params: TObject;
  readonly target: (params: Readonly<Record<string, string>>) => EntityRef;
}

const closed = { additionalProperties: false } as const;
/** No control characters: nothing that ends a line or a text somewhere else. */
const name = (maxLength: number) =>
  Type.String({ minLength: 1, maxLength, pattern: '^[^\\x00-\\x1f\\x7f]+$' });
const prose = (maxLength: number) => Type.String({ minLength: 1, maxLength });

export const HostParams = Type.Object(
  { host: Type.String({ minLength: 1, maxLength: 253, pattern: '^[A-Za-z0-9._-]+$' }) },
  closed,
);
export const UserParams = Type.Object({ user: name(254) }, closed);
export const DomainParams = Type.Object(
  {
    domain: Type.String({
      minLength: 3,
      maxLength: 253,
      pattern: '^([A-Za-z0-9_]([A-Za-z0-9_-]*[A-Za-z0-9_])?\\.)+[A-Za-z0-9-]{2,}$',
    }),
  },
  closed,
);

const entity = (kind: EntityRef['kind'], id: string | undefined): EntityRef => ({
  kind,
  id: id ?? '',
  role: 'target',
});

const ADDRESS: VerbForm = { params: IpParams, target: ({ ip = '' }) => ipTarget({ ip }) };
const DOMAIN: VerbForm = {
  params: DomainParams,
  target: ({ domain }) => entity('domain', domain?.toLowerCase()),
};
const HOST: VerbForm = {
  params: HostParams,
  target: ({ host }) => entity('host', host?.toLowerCase()),
};
/** The account as the target of an action. */
export const userTarget = ({ user }: { readonly user?: string }): EntityRef => entity('user', user);
const USER: VerbForm = { params: UserParams, target: userTarget };
const PROCESS: VerbForm = {
  params: Type.Object({ ...HostParams.properties, process: name(260) }, closed),
  target: ({ host, process }) => entity('process', `${host?.toLowerCase()}/${process}`),
};
const SERVICE: VerbForm = {
  params: Type.Object(
    {
      ...HostParams.properties,
      service: Type.String({ maxLength: 100, pattern: '^[A-Za-z0-9][A-Za-z0-9@._-]*$' }),
    },
    closed,
  ),
  target: ({ host, service }) => entity('process', `${host?.toLowerCase()}/${service}`),
};
const FILE: VerbForm = {
  params: Type.Object({ ...HostParams.properties, file: name(4_000) }, closed),
  target: ({ host, file }) => entity('file', `${host?.toLowerCase()}${file}`),
};
const MESSAGE: VerbForm = {
  params: Type.Object({ message: name(998), mailbox: name(320) }, closed),
  target: ({ message, mailbox }) => entity('message', `${mailbox}/${message}`),
};
const CLOUD_KEY: VerbForm = {
  params: Type.Object({ key: name(128) }, closed),
  target: ({ key }) => entity('cloud_resource', key),
};
const TEXT: VerbForm = {
  params: Type.Object({ text: prose(4_000) }, closed),
  target: ({ text }) => entity('message', text?.slice(0, 80)),
};

/** The verbs that more than one product can carry out. */
export const VERB_FORMS: Readonly<Record<string, VerbForm>> = {
  'net.ip.block': ADDRESS,
  'net.ip.unblock': ADDRESS,
  'net.domain.block': DOMAIN,
  'net.domain.unblock': DOMAIN,
  'endpoint.host.isolate': HOST,
  'endpoint.host.release': HOST,
  'endpoint.process.suspend': PROCESS,
  'endpoint.process.resume': PROCESS,
  'endpoint.process.kill': PROCESS,
  'endpoint.service.restart': SERVICE,
  'endpoint.file.quarantine': FILE,
  'endpoint.file.restore': FILE,
  'identity.user.suspend': USER,
  'identity.user.resume': USER,
  'identity.session.revoke': USER,
  'identity.password.expire': USER,
  'identity.token.revoke': {
    params: Type.Object({ token: name(200) }, closed),
    target: ({ token }) => entity('session', token),
  },
  'email.message.quarantine': MESSAGE,
  'email.message.restore': MESSAGE,
  'email.message.purge': MESSAGE,
  'cloud.key.disable': CLOUD_KEY,
  'cloud.key.enable': CLOUD_KEY,
  'notify.chat.post': TEXT,
  'notify.page.send': TEXT,
  'intel.sighting.add': {
    params: Type.Object({ value: name(2_000) }, closed),
    target: ({ value }) => entity('message', value?.slice(0, 80)),
  },
  'ticket.issue.create': {
    params: Type.Object({ title: prose(200), text: prose(10_000) }, closed),
    target: ({ title }) => entity('message', title),
  },
};
