/** What differs between Node and browsers: connections, files and the environment. This is the side of Node. */
import { constants, openAsBlob } from 'node:fs';
import { access, stat } from 'node:fs/promises';
import { env } from 'node:process';
import { SelfsameError } from '../core/errors.ts';
import type { OpenTransport } from '../core/transport.ts';
import type { ConnectionOptions } from '../transport/connection-options.ts';
import { createTransport as createNodeTransport } from '../transport/create-transport.ts';

export type { ConnectionOptions } from '../transport/connection-options.ts';

/** Header `user-agent`. */
export const USER_AGENT: string | undefined = 'selfsame-client/0.1.0';

export function createTransport(options: ConnectionOptions): OpenTransport {
  return createNodeTransport(options);
}

/**
 * The bytes of a file, which stay on the disk until they are sent.
 * @throws SelfsameError that names the path if the file cannot be opened; that of `openAsBlob` does not.
 */
export async function openFile(path: string): Promise<Blob> {
  try {
    await access(path, constants.R_OK);
    if ((await stat(path)).isDirectory()) throw new Error('it is a directory');
    return await openAsBlob(path);
  } catch (cause) {
    throw new SelfsameError(`the file '${path}' cannot be opened: ${(cause as Error).message}`, { cause });
  }
}

export function readEnvironment(name: string): string | undefined {
  const value = env[name]?.trim();
  return value === '' ? undefined : value;
}
