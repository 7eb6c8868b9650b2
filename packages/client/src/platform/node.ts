/** What differs between Node and browsers: connections, files and the environment. This is the side of Node. */
import { openAsBlob } from 'node:fs';
import { env } from 'node:process';
import type { OpenTransport } from '../core/transport.ts';
import type { ConnectionOptions } from '../transport/connection-options.ts';
import { createTransport as createNodeTransport } from '../transport/create-transport.ts';

export type { ConnectionOptions } from '../transport/connection-options.ts';

/** Header `user-agent`. */
export const USER_AGENT: string | undefined = 'selfsame-client/0.1.0';

export function createTransport(options: ConnectionOptions): OpenTransport {
  return createNodeTransport(options);
}

/** The bytes of a file, which stay on the disk until they are sent. */
export function openFile(path: string): Promise<Blob> {
  return openAsBlob(path);
}

export function readEnvironment(name: string): string | undefined {
  const value = env[name]?.trim();
  return value === '' ? undefined : value;
}
