/** Reads the bodies of responses. */
import { APIConnectionError } from './errors.ts';
import { toReadableStream } from './to-readable-stream.ts';
import type { HeaderFields, ResponseBody, TransportResponse } from './transport.ts';

export async function readText(body: ResponseBody | null): Promise<string> {
  if (body === null) return '';
  if (body.text !== undefined) return body.text();
  const decoder = new TextDecoder();
  let text = '';
  for await (const chunk of body) text += decoder.decode(chunk, { stream: true });
  return text + decoder.decode();
}

/** JSON if the response says so, else text; undefined for an empty body. */
export async function parseBody({ headers, body }: TransportResponse): Promise<unknown> {
  const text = await readText(body);
  const type = String(headers['content-type'] ?? '');
  if (!/[/+]json\b/i.test(type)) return text === '' ? undefined : text;
  if (text === '') return undefined;
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw new APIConnectionError('the response is not the JSON that its content type states', { cause });
  }
}

/** Objects have the request id as a hidden property, as in the official client. */
export function addRequestId(value: unknown, headers: HeaderFields): void {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return;
  Object.defineProperty(value, '_request_id', { value: headers['x-request-id'] ?? null, enumerable: false });
}

export function toHeaders(fields: HeaderFields): Headers {
  const headers = new Headers();
  for (const [name, value] of Object.entries(fields)) {
    for (const each of Array.isArray(value) ? value : [value]) headers.append(name, each);
  }
  return headers;
}

/** A web `Response` whose body is read on demand. */
export function toResponse({ status, headers, body }: TransportResponse): Response {
  const stream =
    body instanceof ReadableStream || body === null
      ? body
      : toReadableStream(body[Symbol.asyncIterator](), () => body.cancel());
  return new Response(stream as ReadableStream<Uint8Array<ArrayBuffer>> | null, {
    status,
    headers: toHeaders(headers),
  });
}
