import { fork } from 'node:child_process';
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, expect, it } from 'vitest';
import { silentLog } from '../child-process/testing/silent-log.ts';
import { createEngineSharing, type EngineSharing } from './engine-sharing.ts';
import { ECHO, type EchoEvent, type EchoTask } from './testing/echo.ts';

const folder = mkdtempSync(join(tmpdir(), 'selfsame-sharing-'));
const opened: EngineSharing[] = [];
const engines: { close(): Promise<void> }[] = [];
afterEach(async () => {
  await Promise.all(engines.splice(0).map((engine) => engine.close()));
  await Promise.all(opened.splice(0).map((sharing) => sharing.close(0)));
  // A closed host must leave no files: they would disturb the next host.
  expect(readdirSync(folder)).toEqual([]);
});
process.once('exit', () => rmSync(folder, { recursive: true, force: true }));

const soon = <T>(read: () => T) => expect.poll(read, { timeout: 10_000 });

function openSharing({ leads = false, version = '1', engineSilenceMs = 20_000 } = {}): EngineSharing {
  const deps = { log: silentLog, engineSilenceMs };
  const sharing = createEngineSharing({ dataDir: folder, version, leads, deps });
  opened.push(sharing);
  return sharing;
}

function openEcho(sharing: EngineSharing, slots = 4) {
  const received: unknown[] = [];
  const engine = sharing.open<{ pid: number }, EchoEvent, EchoTask>(
    { program: ECHO, settings: { modelId: 'echo', threads: Math.ceil(Math.random() * 100) }, slots },
    {
      onMessage: (message) =>
        received.push(...(message.type === 'events' ? message.events.map(([, event]) => event) : [message])),
      onEnd: (error, ids) => received.push(...ids.map(() => error.code)),
    },
  );
  engines.push(engine);
  const acquire = (priority: 'online' | 'batch' = 'online', signal = new AbortController().signal) =>
    engine.acquire({ signal, priority });
  const say = async (text: string) => {
    const { id, release } = await acquire();
    engine.send({ type: 'say', id, text });
    await soon(() => received.length).toBeGreaterThan(0);
    release();
    return received.splice(0);
  };
  return { engine, received, acquire, say };
}

it('runs an engine once for all processes of an installation, and sends each its own events', async () => {
  const [host, client] = [openEcho(openSharing()), openEcho(openSharing())];
  expect(await host.say('a')).toEqual(['a']);
  expect(await client.say('b')).toEqual(['b']);
  expect((await client.engine.ready()).pid).toBe((await host.engine.ready()).pid);
  expect(client.engine.report().pid).toBe(host.engine.report().pid);
  expect(host.received).toEqual([]);
});

it('keeps one queue for all processes, online before batch, and removes aborted requests from it', async () => {
  const [host, client] = [openEcho(openSharing(), 1), openEcho(openSharing(), 1)];
  const slot = await host.acquire();
  const order: string[] = [];
  const controller = new AbortController();
  const aborted = client.acquire('online', controller.signal);
  const batch = host.acquire('batch').then((each) => {
    order.push('batch');
    each.release();
  });
  const online = client.acquire('online').then((each) => {
    order.push('online');
    each.release();
  });
  await soon(() => host.engine.report().waiting).toBe(3);
  controller.abort(new Error('left'));
  await expect(aborted).rejects.toThrow('left');
  await soon(() => host.engine.report().waiting).toBe(2);
  slot.release();
  await Promise.all([batch, online]);
  expect(order).toEqual(['online', 'batch']);
});

it('fails the tasks of all processes when the engine dies, restarts it, and counts the restart', async () => {
  const [host, client] = [openEcho(openSharing()), openEcho(openSharing())];
  await host.acquire();
  const { id } = await client.acquire();
  process.kill(host.engine.report().pid ?? 0, 'SIGKILL');
  await soon(() => [...host.received, ...client.received]).toEqual(['engine_failed', 'engine_failed']);
  expect(id).toBeGreaterThan(0);
  client.received.length = 0;
  expect(await client.say('again')).toEqual(['again']);
  await soon(() => client.engine.report().restarts).toBe(1);
});

it('releases the slots of a client that disconnects', async () => {
  const [host, otherProcess] = [openEcho(openSharing(), 1), openSharing()];
  await host.engine.ready();
  const client = openEcho(otherProcess, 1);
  await client.acquire();
  expect(host.engine.report().busy).toBe(1);
  await client.engine.close();
  await soon(() => host.engine.report().busy).toBe(0);
});

it('hands the engines over when the host closes: running tasks end there, waiting requests move on', async () => {
  const first = openSharing();
  const [host, client] = [openEcho(first, 1), openEcho(openSharing(), 1)];
  await host.engine.ready();
  const started = await client.acquire();
  const waiting = client.acquire().then(({ id }) => client.engine.send({ type: 'say', id, text: 'later' }));
  await soon(() => host.engine.report().waiting).toBe(1);
  await host.engine.close();
  const closing = first.close(5000);
  await waiting;
  await soon(() => client.received.splice(0)).toEqual(['later']);
  client.engine.send({ type: 'say', id: started.id, text: 'started' });
  await soon(() => client.received.splice(0)).toEqual(['started']);
  started.release();
  await closing;
  expect(client.received).toEqual([]);
});

it('moves the engines from a worker to a server that starts later', async () => {
  const [worker, server] = [openEcho(openSharing({ leads: false })), openEcho(openSharing({ leads: true }))];
  const before = (await worker.engine.ready()).pid;
  const after = (await server.engine.ready()).pid;
  expect(after).not.toBe(before);
  await worker.say('b');
  expect(worker.engine.report().pid).toBe(after);
});

it('does not share engines with another version of the program', async () => {
  const [host, other] = [openEcho(openSharing()), openEcho(openSharing({ version: '2' }))];
  expect((await host.engine.ready()).pid).not.toBe((await other.engine.ready()).pid);
});

it('survives a host that is killed: its tasks fail, and the next process takes over the lock', async () => {
  const child = fork(fileURLToPath(new URL('testing/host-program.ts', import.meta.url)), [folder], {
    stdio: 'inherit',
  });
  const engine = await new Promise<number>((resolve) => child.once('message', (pid) => resolve(Number(pid))));
  const client = openEcho(openSharing());
  expect((await client.engine.ready()).pid).toBe(engine);
  await client.acquire();
  child.kill('SIGKILL');
  await soon(() => client.received).toEqual(['engine_failed']);
  client.received.length = 0;
  expect(await client.say('on my own')).toEqual(['on my own']);
  expect(client.engine.report()).toMatchObject({ restarts: 1 });
  expect(client.engine.report().pid).not.toBe(engine);
  await soon(() => readdirSync(folder).length).toBe(2);
});

it.skipIf(process.platform === 'win32')(
  'takes over from a host that is stopped',
  async () => {
    const child = fork(fileURLToPath(new URL('testing/host-program.ts', import.meta.url)), [folder], {
      stdio: 'inherit',
    });
    const engine = await new Promise<number>((resolve) => child.once('message', (pid) => resolve(Number(pid))));
    const client = openEcho(openSharing({ engineSilenceMs: 2000 }));
    expect((await client.engine.ready()).pid).toBe(engine);
    await client.acquire();
    child.kill('SIGSTOP');
    await soon(() => client.received).toEqual(['engine_failed']);
    client.received.length = 0;
    expect(await client.say('on my own')).toEqual(['on my own']);
    child.kill('SIGKILL');
    rmSync(join(folder, 'engines.lock'));
    for (const name of readdirSync(folder)) rmSync(join(folder, name), { force: true });
  },
  60_000,
);

it('replaces the lock of a dead process', async () => {
  writeFileSync(join(folder, 'engines.lock'), join(folder, 'engines-dead.sock'));
  expect(await openEcho(openSharing()).say('here')).toEqual(['here']);
});
