import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createAuthority, createSelfSigned, type Issued } from './certificates.ts';
import type { ServeSpec } from './serve.ts';

/** Certificates of the lab by the names its cases use, and the file of the root that its clients trust. */
export interface LabCertificates {
  readonly rootFile: string;
  /** A listener with the certificate it names put in. */
  fillIn(
    spec: Omit<ServeSpec, 'tls'> & { readonly tls?: object & { readonly cert?: string } },
  ): ServeSpec;
}

const NAMES = ['web.lab', 'www.lab'];

/** Makes all of them; a second each run. */
export async function createLabCertificates(): Promise<LabCertificates> {
  const [known, stranger] = await Promise.all([createAuthority(), createAuthority()]);
  const good = await known.issue({ names: NAMES, fromDays: -10, untilDays: 80 });
  const byName: Readonly<Record<string, Issued>> = {
    good,
    expired: await known.issue({ names: NAMES, fromDays: -90, untilDays: -3 }),
    early: await known.issue({ names: NAMES, fromDays: 5, untilDays: 90 }),
    'other-name': await known.issue({ names: ['shop.lab'], fromDays: -10, untilDays: 80 }),
    'self-signed': await createSelfSigned(NAMES),
    stranger: await stranger.issue({ names: NAMES, fromDays: -10, untilDays: 80 }),
    alone: { ...good, chain: good.chain.slice(0, 1) },
  };
  const rootFile = join(mkdtempSync(join(tmpdir(), 'cordon-lab-root-')), 'root.pem');
  writeFileSync(rootFile, known.root);
  return {
    rootFile,
    fillIn: (spec) => {
      const { cert, ...settings } = (spec.tls ?? {}) as { readonly cert?: string };
      const issued = cert === undefined ? undefined : byName[cert];
      const filled =
        issued === undefined
          ? settings
          : { ...settings, cert: issued.chain.join('\n'), key: issued.key };
      return { ...spec, tls: filled };
    },
  };
}
