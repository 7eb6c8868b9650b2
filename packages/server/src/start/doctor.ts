/** What `selfsame doctor` looks at. Each check says what it found and, where something is wrong, what to do. Nothing here changes anything. */
import { execFile } from 'node:child_process';
import { access, constants, mkdir, statfs } from 'node:fs/promises';
import { createServer } from 'node:net';
import { availableParallelism, freemem, loadavg, totalmem } from 'node:os';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import type { Config } from '../config/load.ts';
import { describeModels } from './describe-models.ts';
import { modelsDirectory } from './pull.ts';
import { openStorage } from './storage.ts';

export interface Finding {
  what: string;
  state: 'ok' | 'warning' | 'problem';
  /** What was seen. */
  seen: string;
  /** What to do, where something should be done. */
  advice?: string;
}

const GB = 1e9;
const SMALL_MEMORY_BYTES = 1.5 * GB;
const SMALL_DISK_BYTES = 2 * GB;
const PROBE_TIMEOUT_MS = 20_000;
const REACH_TIMEOUT_MS = 5000;
const run = promisify(execFile);

export async function examine(config: Config): Promise<Finding[]> {
  const checks = [
    checkRuntime,
    checkCpu,
    checkMemory,
    checkDisk,
    checkDatabase,
    checkPort,
    checkEngine,
    checkModels,
    checkSources,
  ];
  const findings: Finding[] = [];
  for (const check of checks) findings.push(...[await check(config)].flat());
  return findings;
}

function checkRuntime(): Finding {
  return { what: 'runtime', state: 'ok', seen: `Node ${process.versions.node} on ${process.platform} ${process.arch}` };
}

function checkCpu(): Finding {
  const cores = availableParallelism();
  const [load = 0] = loadavg();
  const seen = `${cores} cores, load ${load.toFixed(1)}`;
  if (load < cores) return { what: 'CPU', state: 'ok', seen };
  return {
    what: 'CPU',
    state: 'warning',
    seen,
    advice: 'Other work uses every core; a local model will be slow. Set SELFSAME_THREADS=1.',
  };
}

function checkMemory(): Finding {
  const free = freemem();
  const seen = `${(free / GB).toFixed(1)} of ${(totalmem() / GB).toFixed(1)} GB free`;
  if (free > SMALL_MEMORY_BYTES) return { what: 'memory', state: 'ok', seen };
  return { what: 'memory', state: 'warning', seen, advice: 'The starter model needs about 0.8 GB; larger ones more.' };
}

async function checkDisk(config: Config): Promise<Finding> {
  const found = await mkdir(config.dataDir, { recursive: true })
    .then(() => access(config.dataDir, constants.W_OK))
    .then(() => statfs(config.dataDir))
    .catch((error: Error) => error);
  if (found instanceof Error) {
    return {
      what: 'disk',
      state: 'problem',
      seen: found.message,
      advice: 'Choose a folder that can be written with SELFSAME_DATA_DIR.',
    };
  }
  const free = found.bavail * found.bsize;
  const seen = `${(free / GB).toFixed(1)} GB free in ${config.dataDir}`;
  if (free > SMALL_DISK_BYTES) return { what: 'disk', state: 'ok', seen };
  return {
    what: 'disk',
    state: 'warning',
    seen,
    advice: 'Models take from 0.3 GB upward. Free some space or move SELFSAME_DATA_DIR.',
  };
}

async function checkDatabase(config: Config): Promise<Finding> {
  try {
    const { apiKeys, repositories } = await openStorage(config);
    const keys = await apiKeys.list();
    await repositories.close();
    return {
      what: 'database',
      state: 'ok',
      seen: `opens; ${keys.filter((key) => key.revokedAt === null).length} active API keys`,
    };
  } catch (error) {
    return {
      what: 'database',
      state: 'problem',
      seen: (error as Error).message,
      advice: `Look at ${config.dataDir}/selfsame.db, or start with another SELFSAME_DATA_DIR.`,
    };
  }
}

function checkPort({ host, port }: Config): Promise<Finding> {
  return new Promise((resolve) => {
    const probe = createServer();
    probe.once('error', (error: NodeJS.ErrnoException) => {
      const taken = error.code === 'EADDRINUSE';
      const advice = taken
        ? 'A server may be running already; else choose another with SELFSAME_PORT.'
        : 'Choose another SELFSAME_HOST or SELFSAME_PORT.';
      resolve({ what: 'address', state: taken ? 'warning' : 'problem', seen: error.message, advice });
    });
    probe.listen(port, host, () =>
      probe.close(() => resolve({ what: 'address', state: 'ok', seen: `${host}:${port} is free` })),
    );
  });
}

async function checkEngine(): Promise<Finding> {
  const extension = import.meta.url.endsWith('.ts') ? 'ts' : 'js';
  const probe = fileURLToPath(new URL(`../engines/llama-cpp/probe.${extension}`, import.meta.url));
  try {
    const { stdout } = await run(process.execPath, [probe], { timeout: PROBE_TIMEOUT_MS });
    return { what: 'engine', state: 'ok', seen: stdout.trim() };
  } catch (error) {
    const seen = (error as Error).message.trim().split('\n').at(-1) ?? 'it did not load';
    return {
      what: 'engine',
      state: 'problem',
      seen,
      advice: 'Install again with `npm ci` (optional packages included) on a platform with prebuilt binaries.',
    };
  }
}

async function checkModels(config: Config): Promise<Finding> {
  const { rows, refused, answers } = await describeModels(config);
  const here = rows.filter((row) => row.here);
  if (refused.length > 0)
    return {
      what: 'models',
      state: 'problem',
      seen: refused.join(' '),
      advice: `Remove or replace the file in ${modelsDirectory(config)}.`,
    };
  if (here.length > 0) return { what: 'models', state: 'ok', seen: answers };
  return {
    what: 'models',
    state: 'warning',
    seen: answers,
    advice: `\`selfsame pull\` gets the starter model, or put a GGUF file into ${modelsDirectory(config)}.`,
  };
}

async function checkSources({ hubUrl }: Config): Promise<Finding[]> {
  const hub = await fetch(hubUrl, { method: 'HEAD', signal: AbortSignal.timeout(REACH_TIMEOUT_MS) }).then(
    () => undefined,
    (error: Error) => (error.cause instanceof Error ? error.cause.message : error.message),
  );
  const pip = await run('python3', ['-m', 'pip', '--version'], { timeout: PROBE_TIMEOUT_MS }).then(
    ({ stdout }) => stdout.split(' ').slice(0, 2).join(' '),
    () => undefined,
  );
  return [
    hub === undefined
      ? { what: 'source: hub', state: 'ok', seen: `${hubUrl} answers` }
      : {
          what: 'source: hub',
          state: 'warning',
          seen: `${hubUrl}: ${hub}`,
          advice: 'Models come from the other sources then; SELFSAME_HUB_URL names a mirror.',
        },
    pip === undefined
      ? {
          what: 'source: pip',
          state: 'warning',
          seen: 'python3 with pip is not here',
          advice: 'Needed only where models come from a Python package registry.',
        }
      : { what: 'source: pip', state: 'ok', seen: pip },
  ];
}
