/** Converts answers of the API to results of tools: structured JSON, text, audio, images and files. */
import type { CallToolResult, ContentBlock } from '@modelcontextprotocol/server';

/** What a call of the API returned. */
export type ApiAnswer =
  | { kind: 'json'; value: unknown }
  | { kind: 'text'; text: string }
  | { kind: 'bytes'; contentType: string; bytes: Uint8Array };

export function toToolResult(toolName: string, answer: ApiAnswer): CallToolResult {
  if (answer.kind === 'json') return { content: jsonContent(answer.value), structuredContent: toObject(answer.value) };
  if (answer.kind === 'text') return { content: [{ type: 'text', text: answer.text }] };
  return { content: [bytesContent(toolName, answer.contentType, answer.bytes)] };
}

/** Structured content is a plain object; a page of a list is an object of a class. */
function toObject(value: unknown): Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? { ...value } : { value };
}

/** The JSON as text, and what a host can show: generated images and audio. */
function jsonContent(value: unknown): ContentBlock[] {
  const shown: ContentBlock[] = [];
  const text = JSON.stringify(value, (key, node: unknown) => {
    if (key === 'b64_json' && typeof node === 'string') {
      shown.push({ type: 'image', data: node, mimeType: imageTypeOf(value) });
      return '[shown as an image]';
    }
    return node;
  });
  return [{ type: 'text', text }, ...shown, ...imageLinks(value)];
}

function imageTypeOf(value: unknown): string {
  const format = (value as { output_format?: unknown } | null)?.output_format;
  return typeof format === 'string' ? `image/${format}` : 'image/png';
}

/** Links to generated images, which the API returns as `data[].url`. */
function imageLinks(value: unknown): ContentBlock[] {
  const { data } = (value ?? {}) as { data?: unknown };
  if (!Array.isArray(data)) return [];
  return data.flatMap(({ url }: { url?: unknown }, index) =>
    typeof url === 'string' ? [{ type: 'resource_link' as const, uri: url, name: `image-${index + 1}` }] : [],
  );
}

function bytesContent(toolName: string, contentType: string, bytes: Uint8Array): ContentBlock {
  const [mimeType = 'application/octet-stream'] = contentType.split(';');
  const data = () => Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('base64');
  if (mimeType.startsWith('audio/')) return { type: 'audio', data: data(), mimeType };
  if (mimeType.startsWith('image/')) return { type: 'image', data: data(), mimeType };
  const uri = `selfsame://results/${toolName}`;
  const text = isText(mimeType) ? decodeText(bytes) : undefined;
  return text === undefined
    ? { type: 'resource', resource: { uri, mimeType, blob: data() } }
    : { type: 'resource', resource: { uri, mimeType, text } };
}

function isText(mimeType: string): boolean {
  return mimeType.startsWith('text/') || /[/+](json|jsonl|x-ndjson|xml|x-yaml)$/.test(mimeType);
}

/** Returns undefined if the bytes are not UTF-8. */
function decodeText(bytes: Uint8Array): string | undefined {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    return undefined;
  }
}

/** An error as the API states it. */
export interface ApiError {
  message: string;
  type: string | null;
  param: string | null;
  code: string | null;
  status: number | null;
}

/** A failed call is a result that the model reads, not a failure of the protocol. */
export function toErrorResult(error: ApiError): CallToolResult {
  return { isError: true, content: [{ type: 'text', text: JSON.stringify({ error }) }] };
}
