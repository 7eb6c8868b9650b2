/** The sandbox at another server, for example one that starts a virtual machine per session. */
import { type Sandbox, type SandboxLimits, type SandboxSession, SandboxUnavailableError } from '../sandbox.ts';
import { RemoteSession } from './remote-session.ts';
import { type RemoteOptions, readJson, send } from './requests.ts';

export type RemoteSandboxOptions = Pick<RemoteOptions, 'url' | 'token'> & Partial<RemoteOptions>;

/** The server may start a machine first. */
const OPEN_MS = 60_000;
const ID = /^[\w-]{1,128}$/;

async function openSession(options: RemoteOptions, limits: SandboxLimits): Promise<SandboxSession> {
  try {
    const signal = AbortSignal.timeout(OPEN_MS);
    const response = await send(options, { method: 'POST', path: '/sessions', signal, json: { limits } });
    const { id } = await readJson(response);
    if (typeof id !== 'string' || !ID.test(id)) throw new TypeError('it returned no id of a session');
    return new RemoteSession(options, id, limits);
  } catch (error) {
    const cause = error instanceof Error ? (error.cause instanceof Error ? error.cause : error) : undefined;
    throw new SandboxUnavailableError(
      `The sandbox at ${URL.parse(options.url)?.origin ?? 'an invalid URL'} opens no session: ${cause?.message ?? 'unknown error'}`,
    );
  }
}

export function createRemoteSandbox({ url, token, fetch: send = fetch }: RemoteSandboxOptions): Sandbox {
  return { name: 'remote', open: (limits) => openSession({ url, token, fetch: send }, limits) };
}
