/** Attempts all escapes as an ordinary user of the machine. The server of the caller runs as root. */
import { execFile } from 'node:child_process';
import { cp, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';

/** No account has to exist. */
const USER = 61_234;

export interface Attempts {
  user: number;
  attempts: number;
  failures: string[];
}

/** `wasiPython`: the folder of the package, if that adapter is used. */
export async function attemptAsOrdinaryUser(wasiPython?: string): Promise<Attempts> {
  // That user may not read the folder of the project.
  const folder = await mkdtemp(join(tmpdir(), 'selfsame-sandbox-'));
  try {
    await cp(join(import.meta.dirname, '..'), folder, { recursive: true });
    if (wasiPython !== undefined) await cp(wasiPython, join(folder, 'package'), { recursive: true });
    await promisify(execFile)('chmod', ['-R', 'a+rX', folder]);
    const options = { uid: USER, gid: USER, cwd: folder, env: { PATH: '/usr/bin:/bin' } };
    const args = [
      join(folder, 'testing/attempt-all.ts'),
      ...(wasiPython === undefined ? [] : [join(folder, 'package')]),
    ];
    const { stdout } = await promisify(execFile)(process.execPath, args, options).catch((error: unknown) => {
      if (error instanceof Error && 'stdout' in error && error.stdout !== '') return { stdout: String(error.stdout) };
      throw error;
    });
    return JSON.parse(stdout) as Attempts;
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
