import { hash, verify } from '@node-rs/argon2';

/** Argon2id with 19 MiB, two passes, one lane (OWASP Password Storage Cheat Sheet); in the library's own threads. */
const OPTIONS = { algorithm: 2, memoryCost: 19_456, timeCost: 2, parallelism: 1 } as const;

/** At most so many are computed at a time, so that log-ins cannot take all memory and all cores. */
const MAX_AT_ONCE = 2;

export interface Passwords {
  /** PHC text. */
  hash(password: string): Promise<string>;
  /** Takes as long for an account that is not there as for one that is. */
  isRight(passwordHash: string | undefined, password: string): Promise<boolean>;
}

/** Password hashing with a bound on how much of it happens at once. */
export function createPasswords(): Passwords {
  const turn = createTurns(MAX_AT_ONCE);
  let decoy: Promise<string> | undefined;
  return {
    hash: (password) => turn(() => hash(password, OPTIONS)),
    isRight: async (passwordHash, password) => {
      decoy ??= turn(() => hash('no such account', OPTIONS));
      const against = passwordHash ?? (await decoy);
      const fits = await turn(() => verify(against, password));
      return fits && passwordHash !== undefined;
    },
  };
}

function createTurns(limit: number) {
  const waiting: (() => void)[] = [];
  let running = 0;
  const leave = () => {
    running -= 1;
    waiting.shift()?.();
  };
  return async <T>(work: () => Promise<T>): Promise<T> => {
    while (running >= limit) await new Promise<void>((resolve) => waiting.push(resolve));
    running += 1;
    return work().finally(leave);
  };
}
