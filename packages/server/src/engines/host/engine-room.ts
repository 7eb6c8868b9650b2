/**
 * Where an installation's engines run: the first process that needs one hosts them, on a socket in the data folder, and the others attach
 * to it. A file with the socket's path is the lock; it counts while somebody listens there, so that what a killed process left is no lock.
 * Invariants: of all processes of an installation at most one takes new requests for engines; when it is gone, another takes its place,
 * at once the first time, then with growing pauses.
 */
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { rm } from 'node:fs/promises';
import { createServer, type Server } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { claimFile, readClaim, removeClaim } from '../../lib/claim-file.ts';
import type { OpenEngine } from '../child-process/engine.ts';
import { restartPauseMs } from '../child-process/engine-process.ts';
import type { EngineSurroundings } from '../child-process/shared-engine.ts';
import { Attachment, attach } from './attachment.ts';
import { type EngineHome, EngineHost, type EngineHostOptions } from './engine-host.ts';
import { RoamingEngine } from './roaming-engine.ts';
import { HostMoved } from './wire.ts';

export interface EngineRoomOptions {
  /** The installation's folder: one host for all that share it. */
  dataDir: string;
  version: string;
  /** Whether this process hosts rather than attach to one that does not lead. A server leads, a worker does not. */
  leads: boolean;
  /** Of the engines that run here. */
  surroundings: EngineSurroundings;
}

export interface EngineRoom {
  open: OpenEngine;
  /** Hands the engines over: who is attached may finish what it has begun, for so long. */
  close(graceMs: number): Promise<void>;
}

const CLAIM = 'engines.lock';
/** A socket's path may have about a hundred bytes, whatever the system. */
const MOST_PATH_BYTES = 100;
const NOBODY_LISTENS: ReadonlySet<string> = new Set(['ECONNREFUSED', 'ENOENT', 'ENOTSOCK']);
const MOVING_MS = 50;
/** After so long with one host its loss counts as the first again. */
const STABLE_MS = 30_000;

export function createEngineRoom({ dataDir, version, leads, surroundings }: EngineRoomOptions): EngineRoom {
  const { log } = surroundings;
  const claim = join(dataDir, CLAIM);
  const options = { surroundings, version, leads };
  let home: Promise<EngineHome> | undefined;
  /** It may host again before those who attached the last time have left. */
  const hostings: Hosting[] = [];
  let losses = 0;
  let foundAt = 0;

  const find = async (): Promise<EngineHome> => {
    const pauseMs = restartPauseMs(losses);
    if (pauseMs > 0) await sleep(pauseMs);
    for (;;) {
      const path = await readClaim(claim);
      const hosting = path === undefined ? await becomeHost(dataDir, options) : undefined;
      if (hosting !== undefined) hostings.push(hosting);
      const found = path === undefined ? hosting?.host : await attachTo(path, { claim, ...options });
      if (found !== undefined) return found;
    }
  };
  const findHome = (): Promise<EngineHome> => {
    if (home !== undefined) return home;
    const finding = find().catch((error: unknown) => {
      log.warn({ err: error }, 'engines: they cannot be shared with other processes');
      return new EngineHost(options);
    });
    home = finding;
    void finding.then((found) => {
      foundAt = performance.now();
      const leave = () => {
        if (home === finding) home = undefined;
        if (!(found instanceof Attachment) || !found.lost) return;
        losses = performance.now() - foundAt > STABLE_MS ? 1 : losses + 1;
        log.warn({ pid: found.pid, losses }, 'engines: the process that hosted them is gone');
      };
      if (found.moved.aborted) leave();
      else found.moved.addEventListener('abort', leave);
    });
    return finding;
  };

  return {
    open: (spec, holder) => new RoamingEngine(spec, holder, findHome),
    async close(graceMs) {
      home = undefined;
      await Promise.all(hostings.map(({ host }) => host.close(graceMs)));
      await Promise.all(hostings.map(({ released }) => released));
    },
  };
}

interface Hosting {
  host: EngineHost;
  /** Once it has moved, others may host. */
  released: Promise<void>;
}

/** Undefined where another process was sooner. */
async function becomeHost(dataDir: string, options: EngineHostOptions): Promise<Hosting | undefined> {
  const claim = join(dataDir, CLAIM);
  const host = new EngineHost(options);
  const listening = await listen(dataDir, host);
  if (!(await claimFile(claim, listening.path))) {
    await listening.close();
    return undefined;
  }
  // Whoever comes after this one listens elsewhere.
  const released = once(host.moved, 'abort').then(async () => {
    await removeClaim(claim, listening.path);
    await listening.close();
  });
  options.surroundings.log.info({ socket: listening.path }, 'engines: hosted here');
  return { host, released };
}

/** Undefined where there is no host any more: it is to be looked for again. */
async function attachTo(
  path: string,
  { claim, version, leads, surroundings: { log, engineSilenceMs: silenceMs } }: EngineHostOptions & { claim: string },
): Promise<EngineHome | undefined> {
  try {
    const attachment = await attach(path, { version, leads, silenceMs });
    log.info({ pid: attachment.pid }, 'engines: those of another process are used');
    return attachment;
  } catch (error) {
    const { code = '' } = error as NodeJS.ErrnoException;
    if (error instanceof HostMoved) await sleep(MOVING_MS);
    else if (NOBODY_LISTENS.has(code)) {
      await removeClaim(claim, path);
      if (process.platform !== 'win32') await rm(path, { force: true });
    } else throw error;
    return undefined;
  }
}

interface Listening {
  path: string;
  close(): Promise<void>;
}

async function listen(dataDir: string, host: EngineHost): Promise<Listening> {
  const server = createServer((socket) => host.accept(socket));
  const path = socketPath(dataDir);
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(path, resolve);
  });
  server.unref();
  return {
    path,
    async close() {
      closeQuietly(server);
      if (process.platform !== 'win32') await rm(path, { force: true });
    },
  };
}

/** The name is new each time: the claim in the data folder, which nobody else may read, says it. */
function socketPath(dataDir: string): string {
  const name = `engines-${randomBytes(16).toString('hex')}.sock`;
  if (process.platform === 'win32') return join('\\\\.\\pipe', `selfsame-${name}`);
  const inside = join(dataDir, name);
  return Buffer.byteLength(inside) <= MOST_PATH_BYTES ? inside : join(tmpdir(), `selfsame-${name}`);
}

/** Those who are attached stay so until they leave. */
function closeQuietly(server: Server): void {
  if (server.listening) server.close();
}
