/** What code could reach without a sandbox: servers, a process, a file and a secret of the machine. */
import { spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { chmod, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { type AddressInfo, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

export interface Bait {
  tcpPort: number;
  udpPort: number;
  socketPath: string;
  abstractName: string;
  file: string;
  fileName: string;
  /** In the environment and the command line of a process of the machine, and in `file`. */
  secret: string;
  /** A process of the machine. */
  victim: number;
  /** What code has reached. */
  reached(): Promise<string[]>;
  close(): Promise<void>;
}

export async function createBait(): Promise<Bait> {
  const secret = `bait${randomBytes(8).toString('hex')}`;
  const fileName = `${secret}.txt`;
  const folder = await mkdtemp(join(tmpdir(), 'selfsame-bait-'));
  await chmod(folder, 0o755);
  const file = join(folder, fileName);
  await writeFile(file, secret);
  const socketPath = join(folder, 'socket');
  const connections: string[] = [];
  const listen = async (name: string, address: string | number) => {
    const server = createServer(() => connections.push(name));
    server.listen(typeof address === 'number' ? { port: address, host: '127.0.0.1' } : { path: address });
    await once(server, 'listening');
    return server;
  };
  const abstractName = secret;
  const tcp = await listen('TCP', 0);
  const servers = [tcp, await listen('Unix', socketPath), await listen('abstract', `\0${abstractName}`)];
  await chmod(socketPath, 0o777);
  const packets = createSocket('udp4', () => connections.push('UDP')).bind(0, '127.0.0.1');
  await once(packets, 'listening');
  const victim = spawn('sleep', ['3600', `0.${secret.replaceAll(/\D/g, '')}`], {
    env: { SECRET: secret },
    stdio: 'ignore',
  });
  await once(victim, 'spawn');
  return {
    tcpPort: (tcp.address() as AddressInfo).port,
    udpPort: packets.address().port,
    socketPath,
    abstractName,
    file,
    fileName,
    secret,
    victim: victim.pid ?? 0,
    async reached() {
      const isChanged = (await readFile(file, 'utf8').catch(() => '')) !== secret;
      const isDead = victim.exitCode !== null || victim.signalCode !== null;
      return [...connections, ...(isChanged ? ['file'] : []), ...(isDead ? ['process'] : [])];
    },
    async close() {
      victim.kill('SIGKILL');
      packets.close();
      for (const server of servers) server.close();
      await rm(folder, { recursive: true, force: true });
    },
  };
}
