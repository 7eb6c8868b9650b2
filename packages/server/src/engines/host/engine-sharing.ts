/**
 * Shares engines among the processes of an installation. The first process that needs an engine becomes the host and
 * listens on a socket in the data folder; the others connect to it. A file with the socket's path is the lock. It is
 * valid only while a process listens on the socket, so a killed process leaves no lock behind.
 * Invariants: at most one process of an installation accepts new requests for engines; when the host dies, another
 * process takes over, without a pause after the first loss, then with growing pauses.
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
import { type EngineDeps, restartPauseMs } from '../child-process/engine-process.ts';
import { EngineHost, type EngineHostOptions } from './engine-host.ts';
import type { EngineSource } from './engine-source.ts';
import { FailoverEngine } from './failover-engine.ts';
import { connectToHost, HostConnection } from './host-connection.ts';
import { HostMoved } from './wire.ts';

export interface EngineSharingOptions {
  /** The installation's folder: all processes that use it share one host. */
  dataDir: string;
  version: string;
  /** Whether this process takes over from a host that does not lead. A server leads, a worker does not. */
  leads: boolean;
  /** For the engines that run in this process. */
  deps: EngineDeps;
}

export interface EngineSharing {
  open: OpenEngine;
  /** Hands the engines over. Clients may finish their tasks during the grace period. */
  close(graceMs: number): Promise<void>;
}

const LOCK_NAME = 'engines.lock';
/** Operating systems limit the path of a socket to about a hundred bytes. */
const MAX_PATH_BYTES = 100;
const NOT_LISTENING_CODES: ReadonlySet<string> = new Set(['ECONNREFUSED', 'ENOENT', 'ENOTSOCK']);
/** Pause before the next attempt while a host is handing over. */
const MOVING_MS = 50;
/** The loss of a host that was used for longer than this counts as the first loss again. */
const STABLE_MS = 30_000;

export function createEngineSharing({ dataDir, version, leads, deps }: EngineSharingOptions): EngineSharing {
  const { log } = deps;
  const claim = join(dataDir, LOCK_NAME);
  const options = { deps, version, leads };
  let source: Promise<EngineSource> | undefined;
  /** More than one if this process becomes host again before the clients of the last time have disconnected. */
  const hostings: Hosting[] = [];
  let losses = 0;
  let foundAt = 0;

  const find = async (): Promise<EngineSource> => {
    const pauseMs = restartPauseMs(losses);
    if (pauseMs > 0) await sleep(pauseMs);
    for (;;) {
      const path = await readClaim(claim);
      const hosting = path === undefined ? await becomeHost(dataDir, options) : undefined;
      if (hosting !== undefined) hostings.push(hosting);
      const found = path === undefined ? hosting?.host : await tryConnect(path, { claim, ...options });
      if (found !== undefined) return found;
    }
  };
  const findSource = (): Promise<EngineSource> => {
    if (source !== undefined) return source;
    const finding = find().catch((error: unknown) => {
      log.warn({ err: error }, 'engines: they cannot be shared with other processes');
      return new EngineHost(options);
    });
    source = finding;
    void finding.then((found) => {
      foundAt = performance.now();
      const forget = () => {
        if (source === finding) source = undefined;
        if (!(found instanceof HostConnection) || !found.lost) return;
        losses = performance.now() - foundAt > STABLE_MS ? 1 : losses + 1;
        log.warn({ pid: found.pid, losses }, 'engines: the process that hosted them is gone');
      };
      if (found.moved.aborted) forget();
      else found.moved.addEventListener('abort', forget);
    });
    return finding;
  };

  return {
    open: (spec, holder) => new FailoverEngine(spec, holder, findSource),
    async close(graceMs) {
      source = undefined;
      await Promise.all(hostings.map(({ host }) => host.close(graceMs)));
      await Promise.all(hostings.map(({ released }) => released));
    },
  };
}

interface Hosting {
  host: EngineHost;
  /** Resolves when another process can become the host. */
  released: Promise<void>;
}

/** Returns undefined if another process became the host first. */
async function becomeHost(dataDir: string, options: EngineHostOptions): Promise<Hosting | undefined> {
  const claim = join(dataDir, LOCK_NAME);
  const host = new EngineHost(options);
  const listening = await listen(dataDir, host);
  if (!(await claimFile(claim, listening.path))) {
    await listening.close();
    return undefined;
  }
  // The next host uses another socket path.
  const released = once(host.moved, 'abort').then(async () => {
    await removeClaim(claim, listening.path);
    await listening.close();
  });
  options.deps.log.info({ socket: listening.path }, 'engines: hosted here');
  return { host, released };
}

/** Returns undefined if the host is moving or dead; the caller reads the lock again. */
async function tryConnect(
  path: string,
  { claim, version, leads, deps: { log, engineSilenceMs: silenceMs } }: EngineHostOptions & { claim: string },
): Promise<EngineSource | undefined> {
  try {
    const connection = await connectToHost(path, { version, leads, silenceMs });
    log.info({ pid: connection.pid }, 'engines: those of another process are used');
    return connection;
  } catch (error) {
    const { code = '' } = error as NodeJS.ErrnoException;
    if (error instanceof HostMoved) await sleep(MOVING_MS);
    else if (NOT_LISTENING_CODES.has(code)) {
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
      stopListening(server);
      if (process.platform !== 'win32') await rm(path, { force: true });
    },
  };
}

/** The name is random. Other users cannot read it, because only the lock in the data folder contains it. */
function socketPath(dataDir: string): string {
  const name = `engines-${randomBytes(16).toString('hex')}.sock`;
  if (process.platform === 'win32') return join('\\\\.\\pipe', `selfsame-${name}`);
  const path = join(dataDir, name);
  return Buffer.byteLength(path) <= MAX_PATH_BYTES ? path : join(tmpdir(), `selfsame-${name}`);
}

/** Connected clients stay connected. */
function stopListening(server: Server): void {
  if (server.listening) server.close();
}
