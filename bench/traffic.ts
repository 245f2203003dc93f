/*
 * Traffic as a small company's machines write it: web requests, log-ins, sudo, cron, the kernel, and
 * a few lines that no parser knows. The same seed gives the same lines; addresses are those of
 * RFC 1918 and RFC 5737, so that they can be nobody's real ones.
 */

const HOSTS = ['web-1', 'web-2', 'shop-1', 'mail-1', 'db-1', 'bastion-1'];
const PEOPLE = ['alice', 'bob', 'carol', 'dave', 'erin', 'frank', 'grace', 'heidi'];
const PAGES = [
  '/',
  '/shop/item?id=17',
  '/shop/cart',
  '/static/app.css',
  '/static/app.js',
  '/img/logo.svg',
  '/api/v2/orders?page=3',
  '/search?q=blue+shoes',
  '/account/profile',
  '/favicon.ico',
];
const AGENTS = [
  'Mozilla/5.0 (X11; Linux x64; rv:140.0) Gecko/20100101 Firefox/140.0',
  'Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 Chrome/150.0 Safari/537.36',
  'Mozilla/5.0 (iPhone; CPU iPhone OS 26_1 like Mac OS X) AppleWebKit/605.1 Safari/604.1',
];
const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];

/** Marsaglia's xorshift, 32 bits: quick, and the same on every machine. */
function createDice(seed: number) {
  let state = seed >>> 0 || 1;
  const below = (limit: number): number => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    state >>>= 0;
    return state % limit;
  };
  return { below, pick: <T>(list: readonly T[]): T => list[below(list.length)] as T };
}
type Dice = ReturnType<typeof createDice>;

const two = (n: number): string => String(n).padStart(2, '0');

/** The forms of time that the lines carry, computed once a second of traffic. */
function createClock() {
  let second = -1;
  let syslog = '';
  let access = '';
  return (at: number) => {
    if (Math.floor(at / 1_000) !== second) {
      second = Math.floor(at / 1_000);
      const day = new Date(at);
      const time = `${two(day.getUTCHours())}:${two(day.getUTCMinutes())}:${two(day.getUTCSeconds())}`;
      const month = MONTHS[day.getUTCMonth()];
      syslog = `${month} ${String(day.getUTCDate()).padStart(2, ' ')} ${time}`;
      access = `${two(day.getUTCDate())}/${month}/${day.getUTCFullYear()}:${time} +0000`;
    }
    return { syslog, access };
  };
}
type Times = ReturnType<ReturnType<typeof createClock>>;

const client = (dice: Dice): string =>
  `10.${dice.below(4)}.${dice.below(200)}.${1 + dice.below(250)}`;
const port = (dice: Dice): number => 32_768 + dice.below(28_000);
const head = (priority: number, dice: Dice, times: Times): string =>
  `<${priority}>${times.syslog} ${dice.pick(HOSTS)}`;

function webLine(dice: Dice, times: Times): string {
  const status = dice.pick([200, 200, 200, 200, 200, 200, 304, 302, 404]);
  return `${head(190, dice, times)} nginx: ${client(dice)} - - [${times.access}] "GET ${dice.pick(PAGES)} HTTP/1.1" ${status} ${dice.below(40_000)} "https://shop.example/" "${dice.pick(AGENTS)}"`;
}

function sshLine(dice: Dice, times: Times): string {
  const from = `10.0.0.${1 + dice.below(40)}`;
  const start = `${head(86, dice, times)} sshd[${1_000 + dice.below(30_000)}]:`;
  const who = dice.pick(PEOPLE);
  return dice.pick([
    `${start} Accepted publickey for ${who} from ${from} port ${port(dice)} ssh2: ED25519 SHA256:AbCdEfGhIjKlMnOpQrStUvWxYz0123456789abcdefg`,
    `${start} pam_unix(sshd:session): session opened for user ${who}(uid=1001) by (uid=0)`,
    `${start} Disconnected from user ${who} ${from} port ${port(dice)}`,
    `${start} Received disconnect from ${from} port ${port(dice)}:11: disconnected by user`,
  ]);
}

const authLine = (dice: Dice, times: Times): string =>
  dice.pick([
    `${head(85, dice, times)} sudo:    ${dice.pick(PEOPLE)} : TTY=pts/0 ; PWD=/srv/app ; USER=root ; COMMAND=/usr/bin/systemctl reload nginx`,
    `${head(78, dice, times)} CRON[${1_000 + dice.below(30_000)}]: pam_unix(cron:session): session opened for user www-data(uid=33) by (uid=0)`,
    `${head(78, dice, times)} CRON[${1_000 + dice.below(30_000)}]: pam_unix(cron:session): session closed for user www-data`,
  ]);

const otherLine = (dice: Dice, times: Times): string =>
  `${head(30, dice, times)} warehouse[${1_000 + dice.below(30_000)}]: stock of item ${dice.below(5_000)} counted, ${dice.below(900)} left`;

/** Lines of nobody's attack, by the shares of the mix. */
export interface Traffic {
  /** One syslog line as of that time. */
  line(at: number): string;
  /** One web request or log-in as an OCSF event, in JSON. */
  json(at: number): string;
}

export function createTraffic(seed: number): Traffic {
  const dice = createDice(seed);
  const clock = createClock();
  return {
    line(at) {
      const times = clock(at);
      const share = dice.below(100);
      if (share < 60) return webLine(dice, times);
      if (share < 80) return sshLine(dice, times);
      return share < 95 ? authLine(dice, times) : otherLine(dice, times);
    },
    json: (at) => (dice.below(10) < 7 ? webEvent(dice, at) : loginEvent(dice, at)),
  };
}

const webEvent = (dice: Dice, time: number): string =>
  JSON.stringify({
    class_uid: 4002,
    activity_id: 3,
    severity_id: 1,
    time,
    src_endpoint: { ip: client(dice), port: port(dice) },
    device: { hostname: dice.pick(HOSTS) },
    http_request: {
      http_method: 'GET',
      url: { path: dice.pick(PAGES) },
      user_agent: dice.pick(AGENTS),
    },
    http_response: { code: 200, length: dice.below(40_000) },
    metadata: { version: '1.6.0', product: { name: 'edge proxy' } },
  });

const loginEvent = (dice: Dice, time: number): string =>
  JSON.stringify({
    class_uid: 3002,
    activity_id: 1,
    severity_id: 1,
    status_id: 1,
    time,
    user: { name: dice.pick(PEOPLE) },
    src_endpoint: { ip: `10.0.0.${1 + dice.below(40)}`, port: port(dice) },
    device: { hostname: dice.pick(HOSTS) },
    auth_protocol: 'ssh',
    metadata: { version: '1.6.0', product: { name: 'edge log-in' } },
  });

/** The address of the n-th attacker, from the ranges of RFC 5737. */
export const attackerIp = (n: number): string =>
  `${['203.0.113', '198.51.100'][n % 2]}.${1 + (Math.floor(n / 2) % 250)}`;

/** One attacker who guesses passwords of one machine, line by line. */
export function attackLines(n: number, at: number, count: number): readonly string[] {
  const { syslog } = createClock()(at);
  const host = HOSTS[n % HOSTS.length];
  return Array.from(
    { length: count },
    (_, i) =>
      `<86>${syslog} ${host} sshd[${4_000 + n}]: Failed password for root from ${attackerIp(n)} port ${40_000 + i} ssh2`,
  );
}
