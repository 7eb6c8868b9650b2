/** The driver for the interpreter in WebAssembly. */
import { createDriver } from '../driver.ts';

/** Descriptors of the interpreter. */
export const COMMANDS = 10;
export const REPLIES = 11;

export const WASI_DRIVER = createDriver(`
commands = os.fdopen(${COMMANDS}, 'rb')
replies = os.fdopen(${REPLIES}, 'wb')
os.chdir(ROOT)
`);
