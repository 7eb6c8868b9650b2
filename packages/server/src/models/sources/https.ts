/**
 * Source `https://…`: one file over HTTP, continued with Range after a broken connection, in this pull or the next one.
 * Invariant: a part is continued only if the file's checksum is known or the server confirms by If-Range that the file
 * is unchanged.
 */
import { open } from 'node:fs/promises';
import { setTimeout as delay } from 'node:timers/promises';
import { type Dispatcher, EnvHttpProxyAgent } from 'undici';
import { defined } from '../../lib/defined.ts';
import { cutPart, partBytes, readJournal, writeJournal } from '../part-file.ts';
import { type FileResponse, type HttpFile, openHttpFile } from './http-exchange.ts';
import { describeNetworkError, isTransient, isUnreachable, TransientError } from './network-error.ts';
import {
  type DownloadOptions,
  type DownloadResult,
  type ModelSource,
  SourceError,
  type SourceOptions,
  UnreachableError,
} from './source.ts';

const CONNECT_TIMEOUT_MS = 10_000;
const RETRY_DELAY_MS = 500;
/** Maximum wait that a server may request; a longer one fails the source. */
const MAX_RETRY_AFTER_MS = 60_000;
/** Maximum number of consecutive attempts without a new byte. */
const FRUITLESS_TRIES_MAX = 4;

/** `reference` is the URL itself. */
export function httpsSource(reference: string, options: SourceOptions): ModelSource {
  return httpFileSource({ reference, label: reference, url: reference }, options);
}

/** Shared by all sources that download with GET. */
export function httpFileSource(file: HttpFile, options: SourceOptions): ModelSource {
  return {
    reference: file.reference,
    label: file.label,
    extraBytes: () => 0,
    async download(part, downloadOptions) {
      const { host } = new URL(file.url);
      if (options.unreachable?.has(host) === true)
        throw new UnreachableError(`${host} could not be reached before`, { isKnown: true });
      const dispatcher = options.dispatcher ?? new EnvHttpProxyAgent({ connect: { timeout: CONNECT_TIMEOUT_MS } });
      try {
        const attempt = { file, part, dispatcher, options: downloadOptions };
        return await downloadWithRetries(attempt, options.retryDelayMs ?? RETRY_DELAY_MS);
      } catch (error) {
        if (error instanceof UnreachableError) options.unreachable?.add(host);
        throw error;
      } finally {
        // The caller closes a dispatcher that it passed.
        if (options.dispatcher === undefined) await dispatcher.destroy();
      }
    },
  };
}

interface Attempt {
  file: HttpFile;
  part: string;
  dispatcher: Dispatcher;
  options: DownloadOptions;
}

async function downloadWithRetries(attempt: Attempt, retryDelayMs: number): Promise<DownloadResult> {
  const { signal } = attempt.options;
  const { host } = new URL(attempt.file.url);
  let offset = attempt.options.offset;
  let most = offset;
  let fruitless = 0;
  for (;;) {
    try {
      return await downloadOnce(attempt, offset);
    } catch (error) {
      signal.throwIfAborted();
      if (error instanceof SourceError) throw error;
      offset = await partBytes(attempt.part);
      fruitless = offset > most ? 0 : fruitless + 1;
      most = Math.max(most, offset);
      const askedMs = error instanceof TransientError ? (error.retryAfterMs ?? 0) : 0;
      if (!isTransient(error) || fruitless >= FRUITLESS_TRIES_MAX || askedMs > MAX_RETRY_AFTER_MS)
        throw toSourceError(error, host);
      await delay(Math.max(askedMs, retryDelayMs * 2 ** Math.max(0, fruitless - 1)), undefined, { signal });
    }
  }
}

function toSourceError(error: unknown, host: string): unknown {
  const reason = describeNetworkError(error, host);
  if (reason === undefined) return error;
  if (isUnreachable(error)) return new UnreachableError(reason, { cause: error, isKnown: false });
  return new SourceError(reason, { cause: error });
}

async function downloadOnce(attempt: Attempt, offset: number): Promise<DownloadResult> {
  const { file, part, dispatcher, options } = attempt;
  const journal = await readJournal(part);
  const validator = options.checksumKnown || journal?.source !== file.reference ? undefined : journal.validator;
  const from = options.checksumKnown || validator !== undefined ? offset : 0;
  const response = await openHttpFile(file, { dispatcher, signal: options.signal, from, validator });
  try {
    checkAnnouncement(response, options);
    await checkTotal(response, options);
    await cutPart(part, response.start);
    await writeJournal(part, {
      source: file.reference,
      ...defined({ validator: response.validator }),
    });
    const received = await append(response, part, options);
    const promised = response.totalBytes ?? response.announced.bytes;
    if (promised !== undefined && received !== promised)
      throw new SourceError(`${response.host} sent ${received} bytes and promised ${promised}`);
  } finally {
    response.body.on('error', () => undefined).destroy();
  }
  return { announced: response.announced };
}

/** Checks the announcement before the download, instead of failing after it. */
function checkAnnouncement({ host, announced, totalBytes }: FileResponse, options: DownloadOptions): void {
  const { expectedBytes, expectedSha256, mustAnnounce } = options;
  const { bytes, sha256 } = announced;
  if (mustAnnounce === true && (bytes === undefined || sha256 === undefined))
    throw new SourceError(`${host} announces no size and SHA-256 of the file, and none is known`);
  if (expectedSha256 !== undefined && sha256 !== undefined && sha256 !== expectedSha256)
    throw new SourceError(`${host} announces a file with sha256 ${sha256} instead of ${expectedSha256}`);
  if (bytes === undefined) return;
  if (expectedBytes !== undefined && bytes !== expectedBytes)
    throw new SourceError(`${host} announces ${bytes} bytes instead of ${expectedBytes}`);
  if (totalBytes !== undefined && totalBytes !== bytes)
    throw new SourceError(`${host} offers ${totalBytes} bytes of the ${bytes} that were announced`);
}

async function checkTotal(response: FileResponse, options: DownloadOptions): Promise<void> {
  const { expectedBytes } = options;
  if (response.totalBytes === undefined) return;
  if (expectedBytes !== undefined && response.totalBytes !== expectedBytes) {
    throw new SourceError(`${response.host} offers ${response.totalBytes} bytes instead of ${expectedBytes}`);
  }
  await options.onTotal(response.totalBytes);
}

/** Returns the new length of the part. */
async function append(response: FileResponse, part: string, options: DownloadOptions): Promise<number> {
  const file = await open(part, 'a');
  let received = response.start;
  try {
    options.onProgress(received);
    for await (const chunk of response.body as AsyncIterable<Buffer>) {
      await file.appendFile(chunk);
      received += chunk.length;
      options.onProgress(received);
    }
  } finally {
    await file.close();
  }
  return received;
}
