import { fork } from 'node:child_process';
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, expect, it } from 'vitest';
import { silentLog } from '../child-process/testing/silent-log.ts';
import { createEngineRoom, type EngineRoom } from './engine-room.ts';
import { ECHO, type EchoEvent, type EchoTask } from './testing/echo.ts';

const folder = mkdtempSync(join(tmpdir(), 'selfsame-room-'));
const rooms: EngineRoom[] = [];
const engines: { close(): Promise<void> }[] = [];
afterEach(async () => {
  await Promise.all(engines.splice(0).map((engine) => engine.close()));
  await Promise.all(rooms.splice(0).map((room) => room.close(0)));
  // What a closed host leaves would be in the way of the next.
  expect(readdirSync(folder)).toEqual([]);
});
process.once('exit', () => rmSync(folder, { recursive: true, force: true }));

const soon = <T>(read: () => T) => expect.poll(read, { timeout: 10_000 });

function openRoom({ leads = false, version = '1', engineSilenceMs = 20_000 } = {}): EngineRoom {
  const surroundings = { log: silentLog, engineSilenceMs };
  const room = createEngineRoom({ dataDir: folder, version, leads, surroundings });
  rooms.push(room);
  return room;
}

function openEcho(room: EngineRoom, slots = 4) {
  const heard: unknown[] = [];
  const engine = room.open<{ pid: number }, EchoEvent, EchoTask>(
    { program: ECHO, settings: { modelId: 'echo', threads: Math.ceil(Math.random() * 100) }, slots },
    {
      onMessage: (message) =>
        heard.push(...(message.type === 'events' ? message.events.map(([, event]) => event) : [message])),
      onEnd: (error, ids) => heard.push(...ids.map(() => error.code)),
    },
  );
  engines.push(engine);
  const enter = (priority: 'online' | 'batch' = 'online', signal = new AbortController().signal) =>
    engine.enter({ signal, priority });
  const say = async (text: string) => {
    const { id, leave } = await enter();
    engine.send({ type: 'say', id, text });
    await soon(() => heard.length).toBeGreaterThan(0);
    leave();
    return heard.splice(0);
  };
  return { engine, heard, enter, say };
}

it('runs an engine once for all processes of an installation, and each hears what it asked', async () => {
  const [host, guest] = [openEcho(openRoom()), openEcho(openRoom())];
  expect(await host.say('a')).toEqual(['a']);
  expect(await guest.say('b')).toEqual(['b']);
  expect((await guest.engine.ready()).pid).toBe((await host.engine.ready()).pid);
  expect(guest.engine.report().pid).toBe(host.engine.report().pid);
  expect(host.heard).toEqual([]);
});

it('has one line for all: online before batch, wherever it comes from, and who leaves the line is gone', async () => {
  const [host, guest] = [openEcho(openRoom(), 1), openEcho(openRoom(), 1)];
  const place = await host.enter();
  const order: string[] = [];
  const left = new AbortController();
  const gone = guest.enter('online', left.signal);
  const batch = host.enter('batch').then((each) => {
    order.push('batch');
    each.leave();
  });
  const online = guest.enter('online').then((each) => {
    order.push('online');
    each.leave();
  });
  await soon(() => host.engine.report().waiting).toBe(3);
  left.abort(new Error('left'));
  await expect(gone).rejects.toThrow('left');
  await soon(() => host.engine.report().waiting).toBe(2);
  place.leave();
  await Promise.all([batch, online]);
  expect(order).toEqual(['online', 'batch']);
});

it('gives an error to whoever held the engine when it dies, starts it again, and counts that', async () => {
  const [host, guest] = [openEcho(openRoom()), openEcho(openRoom())];
  await host.enter();
  const { id } = await guest.enter();
  process.kill(host.engine.report().pid ?? 0, 'SIGKILL');
  await soon(() => [...host.heard, ...guest.heard]).toEqual(['engine_failed', 'engine_failed']);
  expect(id).toBeGreaterThan(0);
  guest.heard.length = 0;
  expect(await guest.say('again')).toEqual(['again']);
  await soon(() => guest.engine.report().restarts).toBe(1);
});

it('cancels what an attached process held when that process is gone', async () => {
  const [host, leaver] = [openEcho(openRoom(), 1), openRoom()];
  await host.engine.ready();
  const guest = openEcho(leaver, 1);
  await guest.enter();
  expect(host.engine.report().busy).toBe(1);
  await guest.engine.close();
  await soon(() => host.engine.report().busy).toBe(0);
});

it('hands the engines over when the host closes: what was begun ends there, what waits goes on elsewhere', async () => {
  const first = openRoom();
  const [host, guest] = [openEcho(first, 1), openEcho(openRoom(), 1)];
  await host.engine.ready();
  const begun = await guest.enter();
  const waiting = guest.enter().then(({ id }) => guest.engine.send({ type: 'say', id, text: 'later' }));
  await soon(() => host.engine.report().waiting).toBe(1);
  await host.engine.close();
  const closing = first.close(5000);
  await waiting;
  await soon(() => guest.heard.splice(0)).toEqual(['later']);
  guest.engine.send({ type: 'say', id: begun.id, text: 'begun' });
  await soon(() => guest.heard.splice(0)).toEqual(['begun']);
  begun.leave();
  await closing;
  expect(guest.heard).toEqual([]);
});

it('moves to a server when one comes where a worker hosted', async () => {
  const [worker, server] = [openEcho(openRoom({ leads: false })), openEcho(openRoom({ leads: true }))];
  const before = (await worker.engine.ready()).pid;
  const after = (await server.engine.ready()).pid;
  expect(after).not.toBe(before);
  await worker.say('b');
  expect(worker.engine.report().pid).toBe(after);
});

it('does not share with another version of the program', async () => {
  const [host, other] = [openEcho(openRoom()), openEcho(openRoom({ version: '2' }))];
  expect((await host.engine.ready()).pid).not.toBe((await other.engine.ready()).pid);
});

it('outlives a host that is killed: what it held ends with an error, and the next takes its place and its lock', async () => {
  const child = fork(fileURLToPath(new URL('testing/host-program.ts', import.meta.url)), [folder], {
    stdio: 'inherit',
  });
  const engine = await new Promise<number>((resolve) => child.once('message', (pid) => resolve(Number(pid))));
  const guest = openEcho(openRoom());
  expect((await guest.engine.ready()).pid).toBe(engine);
  await guest.enter();
  child.kill('SIGKILL');
  await soon(() => guest.heard).toEqual(['engine_failed']);
  guest.heard.length = 0;
  expect(await guest.say('on my own')).toEqual(['on my own']);
  expect(guest.engine.report()).toMatchObject({ restarts: 1 });
  expect(guest.engine.report().pid).not.toBe(engine);
  await soon(() => readdirSync(folder).length).toBe(2);
});

it.skipIf(process.platform === 'win32')(
  'goes on without a host that is stopped',
  async () => {
    const child = fork(fileURLToPath(new URL('testing/host-program.ts', import.meta.url)), [folder], {
      stdio: 'inherit',
    });
    const engine = await new Promise<number>((resolve) => child.once('message', (pid) => resolve(Number(pid))));
    const guest = openEcho(openRoom({ engineSilenceMs: 2000 }));
    expect((await guest.engine.ready()).pid).toBe(engine);
    await guest.enter();
    child.kill('SIGSTOP');
    await soon(() => guest.heard).toEqual(['engine_failed']);
    guest.heard.length = 0;
    expect(await guest.say('on my own')).toEqual(['on my own']);
    child.kill('SIGKILL');
    rmSync(join(folder, 'engines.lock'));
    for (const name of readdirSync(folder)) rmSync(join(folder, name), { force: true });
  },
  60_000,
);

it('heals a lock whose holder is gone', async () => {
  writeFileSync(join(folder, 'engines.lock'), join(folder, 'engines-nobody.sock'));
  expect(await openEcho(openRoom()).say('here')).toEqual(['here']);
});
