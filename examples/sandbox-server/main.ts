/**
 * Serves the sandbox `bubblewrap` of this machine to other servers.
 *
 *   SANDBOX_TOKEN=… node examples/sandbox-server/main.ts [port] [host]
 */
import type { AddressInfo } from 'node:net';
import { createBubblewrapSandbox } from '../../packages/server/src/sandbox/bubblewrap/bubblewrap.ts';
import { createSandboxServer } from './server.ts';

const [port = '8700', host = '127.0.0.1'] = process.argv.slice(2);
const token = process.env.SANDBOX_TOKEN ?? '';
if (token === '') throw new Error('Set SANDBOX_TOKEN to the token that clients send.');

const server = createSandboxServer({ sandbox: createBubblewrapSandbox(), token, maxSessions: 20, idleMs: 1_800_000 });
server.listen(Number(port), host, () => {
  console.log(`http://${host}:${(server.address() as AddressInfo).port}`);
});
for (const signal of ['SIGINT', 'SIGTERM']) {
  process.on(signal, () => {
    server.close();
    server.closeAllConnections();
  });
}
