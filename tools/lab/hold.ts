// Opens connections and keeps them: `node hold.ts ADDRESS PORT COUNT`; says "ready" when no more come about.
import { connect } from 'node:net';
import process from 'node:process';

const SETTLED_MS = 1_500;
const [address = '', port = '0', count = '1'] = process.argv.slice(2);
const opened = Array.from({ length: Number(count) }, () => {
  const socket = connect(Number(port), address);
  return new Promise<void>((resolve) => {
    socket.once('connect', () => resolve());
    socket.once('error', () => resolve());
    setTimeout(resolve, SETTLED_MS);
  });
});
await Promise.all(opened);
process.stdout.write('ready\n');
setInterval(() => undefined, 60_000);
