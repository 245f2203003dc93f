/** Changes the names in a text, the same one always in the same way. */
export type Rename = (text: string) => string;

/** Leaves everything as it is. */
export const KEEP: Rename = (text) => text;

const HOST = /"(?:Hostname|Computer|computer_name|ComputerName|host)"\s*:\s*"([\w.-]{3,253})"/g;
const USER = /"(?:TargetUserName|SubjectUserName|AccountName)"\s*:\s*"([A-Za-z][\w.-]{3,63})"/g;
const ADDRESS =
  /(?<![\d.])(10|192\.168|172\.(?:1[6-9]|2\d|3[01]))((?:\.\d{1,3}){2,3})(?![\d.]*\d)/g;
/** Accounts whose names the system gives have a meaning and keep it. */
const WELL_KNOWN =
  /^(?:system|local service|network service|administrator|guest|anonymous logon|default.*|(?:dwm|umfd)-\d+)$/i;
const MIN_NAME = 4;

/** Collects the names that occur in texts and gives each another one, by chance from a seed. */
export class Renamer {
  readonly #names = new Map<string, string>();
  readonly #random: () => number;

  constructor(seed: number) {
    this.#random = mulberry(seed);
  }

  /** Takes note of the hosts and users that a text names. */
  learn(text: string): void {
    for (const [, host = ''] of text.matchAll(HOST)) {
      this.#name(host.split('.')[0] ?? '', 'host');
    }
    for (const [, user = ''] of text.matchAll(USER))
      if (!WELL_KNOWN.test(user)) this.#name(user, 'user');
  }

  #name(name: string, prefix: string): void {
    const key = name.toLowerCase();
    if (name.length < MIN_NAME || /^\d+$/.test(name) || this.#names.has(key)) return;
    this.#names.set(key, `${prefix}${Math.floor(this.#random() * 1e8).toString(36)}`);
  }

  /** The changing itself, for everything learnt so far. */
  toRename(): Rename {
    const names = [...this.#names.keys()].sort((left, right) => right.length - left.length);
    const escaped = names.map((name) => name.replace(/[.*+?^${}()|[\]\\]/g, '\\$&'));
    const pattern =
      escaped.length === 0
        ? undefined
        : new RegExp(`(?<![\\w.-])(?:${escaped.join('|')})(?![\\w-])`, 'gi');
    const shift = 1 + Math.floor(this.#random() * 250);
    return (text) => {
      const named = pattern
        ? text.replace(pattern, (name) => this.#names.get(name.toLowerCase()) ?? name)
        : text;
      return named.replace(
        ADDRESS,
        (_, net: string, rest: string) => net + shiftOctets(rest, shift),
      );
    };
  }
}

/** Every octet behind the network's own moves by the same step; different addresses stay different. */
function shiftOctets(rest: string, shift: number): string {
  return rest.replace(/\d+/g, (octet) => String((Number(octet) + shift) % 256));
}

/** A small generator of chance that a seed determines. */
export function mulberry(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}
