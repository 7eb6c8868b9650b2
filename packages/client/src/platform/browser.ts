/** What differs between Node and browsers: connections, files and the environment. This is the side of browsers. */
import { SelfsameError } from '../core/errors.ts';
import type { OpenTransport } from '../core/transport.ts';
import type { ConnectionOptions } from '../transport/connection-options.ts';
import { createBrowserTransport } from '../transport/create-browser-transport.ts';

export type { ConnectionOptions } from '../transport/connection-options.ts';

/** Browsers send their own. */
export const USER_AGENT: string | undefined = undefined;

export function createTransport(options: ConnectionOptions): OpenTransport {
  return createBrowserTransport(options);
}

export async function openFile(path: string): Promise<Blob> {
  throw new SelfsameError(`a browser cannot open the path '${path}': pass a File`);
}

export function readEnvironment(_name: string): string | undefined {
  return undefined;
}
