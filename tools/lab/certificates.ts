import 'reflect-metadata';
import { webcrypto } from 'node:crypto';
import {
  BasicConstraintsExtension,
  cryptoProvider,
  SubjectAlternativeNameExtension,
  type X509Certificate,
  X509CertificateGenerator,
} from '@peculiar/x509';

cryptoProvider.set(webcrypto as Crypto);
const ALGORITHM = { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' } as const;
const DAY_MS = 86_400_000;

export interface Issued {
  /** The certificate and what it was issued by, leaf first, without the root. */
  readonly chain: readonly string[];
  readonly key: string;
}

export interface Authority {
  readonly root: string;
  issue(wish: {
    readonly names: readonly string[];
    readonly fromDays: number;
    readonly untilDays: number;
  }): Promise<Issued>;
}

/** A root, an intermediate, and certificates under it; made anew for every run of the lab. */
export async function createAuthority(): Promise<Authority> {
  const root = await createAuthorityPair('CN=Lab Root', undefined);
  const middle = await createAuthorityPair('CN=Lab Intermediate', root);
  return {
    root: root.certificate.toString('pem'),
    async issue({ names, fromDays, untilDays }) {
      const keys = await createKeys();
      const certificate = await X509CertificateGenerator.create({
        subject: `CN=${names[0] ?? ''}`,
        issuer: middle.certificate.subject,
        notBefore: new Date(Date.now() + fromDays * DAY_MS),
        notAfter: new Date(Date.now() + untilDays * DAY_MS),
        signingKey: middle.keys.privateKey,
        publicKey: keys.publicKey,
        signingAlgorithm: ALGORITHM,
        extensions: [
          new SubjectAlternativeNameExtension(
            names.map((value) => ({
              type: /^[\d.]+$/.test(value) ? ('ip' as const) : ('dns' as const),
              value,
            })),
          ),
        ],
      });
      return {
        chain: [certificate.toString('pem'), middle.certificate.toString('pem')],
        key: await toPem(keys.privateKey),
      };
    },
  };
}

/** A certificate that vouches for itself. */
export async function createSelfSigned(names: readonly string[]): Promise<Issued> {
  const keys = await createKeys();
  const certificate = await X509CertificateGenerator.createSelfSigned({
    name: `CN=${names[0] ?? ''}`,
    notBefore: new Date(Date.now() - DAY_MS),
    notAfter: new Date(Date.now() + 80 * DAY_MS),
    keys,
    signingAlgorithm: ALGORITHM,
    extensions: [
      new SubjectAlternativeNameExtension(names.map((value) => ({ type: 'dns' as const, value }))),
    ],
  });
  return { chain: [certificate.toString('pem')], key: await toPem(keys.privateKey) };
}

interface Pair {
  readonly certificate: X509Certificate;
  readonly keys: CryptoKeyPair;
}

const createKeys = async (): Promise<CryptoKeyPair> =>
  webcrypto.subtle.generateKey(ALGORITHM, true, ['sign', 'verify']) as Promise<CryptoKeyPair>;

async function createAuthorityPair(subject: string, above: Pair | undefined): Promise<Pair> {
  const keys = await createKeys();
  const certificate = await X509CertificateGenerator.create({
    subject,
    issuer: above?.certificate.subject ?? subject,
    notBefore: new Date(Date.now() - 1_000 * DAY_MS),
    notAfter: new Date(Date.now() + 1_000 * DAY_MS),
    signingKey: (above?.keys ?? keys).privateKey,
    publicKey: keys.publicKey,
    signingAlgorithm: ALGORITHM,
    extensions: [new BasicConstraintsExtension(true, undefined, true)],
  });
  return { certificate, keys };
}

async function toPem(key: CryptoKey): Promise<string> {
  const bytes = Buffer.from(await webcrypto.subtle.exportKey('pkcs8', key)).toString('base64');
  return `-----BEGIN PRIVATE KEY-----\n${bytes.replace(/.{64}/g, '$&\n')}\n-----END PRIVATE KEY-----\n`;
}
