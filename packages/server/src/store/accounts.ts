import type { EpochMs } from '@cordon/core';

/** What a person, or a token, may do. */
export type Role = 'administrator' | 'responder' | 'proposer' | 'viewer';

export interface UserAccount {
  readonly id: string;
  readonly name: string;
  readonly role: Role;
  /** argon2id in PHC form. */
  readonly passwordHash: string;
  readonly createdAt: EpochMs;
  readonly isDisabled?: boolean;
}

/** Sessions, API tokens, source tokens and set-up links: only the SHA-256 of the secret is kept. */
export interface Credential {
  readonly id: string;
  readonly kind: 'session' | 'api_token' | 'source_token' | 'setup_link';
  readonly secretHash: string;
  /** User id, or source id for a source token. */
  readonly subject: string;
  readonly label: string;
  readonly role?: Role;
  readonly createdAt: EpochMs;
  readonly expiresAt?: EpochMs;
  readonly lastUsedAt?: EpochMs;
  readonly peer?: string;
}
