/** Chooses the model file of a hub repository if the reference names none. */
import { type Dispatcher, EnvHttpProxyAgent, request } from 'undici';
import { HUB_URL } from './hf.ts';
import { describeNetworkError } from './network-error.ts';
import { SourceError, type SourceOptions } from './source.ts';

const REPOSITORY = /^hf:([\w.-]+)\/([\w.-]+)(?:@([\w./-]+))?$/;
const TIMEOUT_MS = 30_000;
/** Quantisations by preference: much smaller than the original, with little loss of quality. */
const PREFERRED = ['q4_k_m', 'q4_0', 'q5_k_m', 'q4_k_s', 'q6_k', 'q8_0', 'f16', 'bf16'];
const SHARD = /-\d{5}-of-\d{5}\.gguf$/i;

/** True for `hf:OWNER/REPO` and `hf:OWNER/REPO@REVISION`, which have no file. */
export function isHubRepository(reference: string): boolean {
  return REPOSITORY.test(reference);
}

/** Returns `hf:OWNER/REPO:FILE` for `hf:OWNER/REPO`, with a file from the hub's list. Throws `SourceError`. */
export async function chooseHubFile(
  reference: string,
  options: SourceOptions & { signal: AbortSignal },
): Promise<string> {
  const [, owner, repository, revision = 'main'] = REPOSITORY.exec(reference) ?? [];
  const base = (options.hubUrl ?? HUB_URL).replace(/\/+$/, '');
  const url = `${base}/api/models/${owner}/${repository}/tree/${encodeURIComponent(revision)}?recursive=true`;
  const files = await listFiles(url, options);
  const models = files.filter((file) => /\.gguf$/i.test(file) && !SHARD.test(file) && !/(^|\/)mmproj-/i.test(file));
  const [only] = models;
  if (only === undefined) throw new SourceError(`${reference} holds no model in one .gguf file`);
  const preferred = PREFERRED.map((form) => models.find((file) => new RegExp(`[-._]${form}\\.gguf$`, 'i').test(file)));
  const chosen = models.length === 1 ? only : preferred.find((file) => file !== undefined);
  if (chosen !== undefined) return `${reference}:${chosen}`;
  throw new SourceError(
    `${reference} holds several models; name one: ${models.map((file) => `${reference}:${file}`).join(', ')}`,
  );
}

async function listFiles(url: string, options: SourceOptions & { signal: AbortSignal }): Promise<string[]> {
  const { host } = new URL(url);
  const dispatcher: Dispatcher = options.dispatcher ?? new EnvHttpProxyAgent();
  try {
    const signal = AbortSignal.any([options.signal, AbortSignal.timeout(TIMEOUT_MS)]);
    const headers = options.hubToken === undefined ? {} : { authorization: `Bearer ${options.hubToken}` };
    const { statusCode, body } = await request(url, { dispatcher, signal, headers });
    if (statusCode !== 200) {
      await body.dump();
      throw new SourceError(`${host} answered ${statusCode}: the repository is missing, private or gated`);
    }
    const entries = (await body.json()) as { type?: unknown; path?: unknown }[];
    return entries.flatMap(({ type, path }) => (type === 'file' && typeof path === 'string' ? [path] : []));
  } catch (error) {
    options.signal.throwIfAborted();
    if (error instanceof SourceError) throw error;
    throw new SourceError(describeNetworkError(error, host) ?? `${host} gave no list of files`, { cause: error });
  } finally {
    if (options.dispatcher === undefined) await dispatcher.close();
  }
}
