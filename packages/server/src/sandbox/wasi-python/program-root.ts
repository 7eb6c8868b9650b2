/** What the process of a session needs of the machine: Node, its shared libraries and the program. */
import { execFile } from 'node:child_process';
import { realpath, stat } from 'node:fs/promises';
import { dirname, isAbsolute } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

export interface ProgramRoot {
  /** The program `bwrap`. `undefined`: it does not exist here, or may not create namespaces. */
  bubblewrap: string | undefined;
  /** Node, as the process sees it. */
  node: string;
  /** The folder `sandbox` of the server. */
  folder: string;
  /** Arguments of `bwrap` that create the root. */
  mounts: string[];
  /** Whether an ordinary user of the machine can start Node and read the program. */
  isPublic: boolean;
}

/** Where bubblewrap places Node and the program. */
const NODE = '/node';
export const PROGRAM_FOLDER = '/program';

const FOLDER = fileURLToPath(new URL('..', import.meta.url)).replace(/\/$/, '');
const READ_BY_OTHERS = 0o004;
const ENTER_BY_OTHERS = 0o001;

const LIST_LIBRARIES = `
process.report.excludeNetwork = true;
process.stdout.write(JSON.stringify(process.report.getReport().sharedObjects));`;

const run = promisify(execFile);

export async function findProgramRoot(bubblewrap: string): Promise<ProgramRoot> {
  const libraries = process.platform === 'linux' ? await listLibraries() : [];
  const isUsable = process.platform === 'linux' && (await canIsolate(bubblewrap));
  const paths = await Promise.all([process.execPath, FOLDER, ...libraries].map(isPublic));
  return {
    bubblewrap: isUsable ? bubblewrap : undefined,
    node: isUsable ? NODE : process.execPath,
    folder: FOLDER,
    mounts: [
      ['--ro-bind', process.execPath, NODE, '--ro-bind', FOLDER, PROGRAM_FOLDER],
      libraries.flatMap((path) => ['--ro-bind', path, path]),
    ].flat(),
    isPublic: paths.every(Boolean),
  };
}

/** A new process, because the server has libraries of addons. */
async function listLibraries(): Promise<string[]> {
  const { stdout } = await run(process.execPath, ['-e', LIST_LIBRARIES], { env: {} });
  const objects = JSON.parse(stdout) as string[];
  return objects.filter((path) => isAbsolute(path) && path !== process.execPath);
}

async function canIsolate(bubblewrap: string): Promise<boolean> {
  const everything = ['--unshare-all', '--unshare-user', '--dev-bind', '/', '/', '--proc', '/proc'];
  return run(bubblewrap, [...everything, '--', '/bin/sh', '-c', ':']).then(
    () => true,
    () => false,
  );
}

async function isPublic(path: string): Promise<boolean> {
  const real = await realpath(path).catch(() => undefined);
  if (real === undefined) return false;
  if (((await stat(real)).mode & READ_BY_OTHERS) === 0) return false;
  for (let folder = dirname(real); folder !== dirname(folder); folder = dirname(folder)) {
    if (((await stat(folder)).mode & ENTER_BY_OTHERS) === 0) return false;
  }
  return true;
}
