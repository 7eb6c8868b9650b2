/**
 * Reads a chat stream event by event, so that a test can disconnect at any byte and see details that client libraries
 * hide.
 */

import { sendRequest } from '../testing/request.ts';

export interface RawStreamRequest {
  baseURL: string;
  body: object;
  apiKey?: string;
  signal?: AbortSignal;
}

export interface RawStream {
  status: number;
  /** Text of the deltas so far. */
  text: string;
  /** Content of the error event, if one arrived. */
  error: { code: string; type: string; message: string } | undefined;
  /** Whether `[DONE]` arrived. */
  done: boolean;
}

/** Resolves when the stream has ended in any way; rejects when the connection breaks or the signal aborts. */
export async function readRawStream(
  { baseURL, body, apiKey = 'any', signal }: RawStreamRequest,
  onDelta: (stream: RawStream) => void = () => undefined,
): Promise<RawStream> {
  const response = await sendRequest(`${baseURL}/chat/completions`, {
    headers: { authorization: `Bearer ${apiKey}` },
    body: { ...body, stream: true },
    ...(signal === undefined ? {} : { signal }),
  });
  const stream: RawStream = { status: response.status, text: '', error: undefined, done: false };
  if (!response.ok) {
    stream.error = ((await response.json()) as { error: NonNullable<RawStream['error']> }).error;
    return stream;
  }
  let rest = '';
  const decoder = new TextDecoder();
  for await (const bytes of response.body ?? []) {
    const events = (rest + decoder.decode(bytes, { stream: true })).split('\n\n');
    rest = events.pop() ?? '';
    for (const event of events) {
      if (take(event, stream)) onDelta(stream);
    }
  }
  return stream;
}

interface Chunk {
  error?: RawStream['error'];
  choices?: { delta?: { content?: string | null } }[];
}

/** Whether the event contains text. */
function take(event: string, stream: RawStream): boolean {
  const data = /^data: (.*)$/m.exec(event)?.[1];
  if (data === undefined) return false;
  if (data === '[DONE]') {
    stream.done = true;
    return false;
  }
  const chunk = JSON.parse(data) as Chunk;
  stream.error ??= chunk.error;
  const text = chunk.choices?.[0]?.delta?.content ?? '';
  stream.text += text;
  return text !== '';
}
