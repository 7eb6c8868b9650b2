/**
 * A proxy between generated test suites and a server: the suites name objects that do not exist and leave required
 * parameters out, because they were written for a mock. The proxy makes a real object for each name, and fills in what
 * a response needs.
 */
import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

const RESPONSES = /resp_677efb5139a88190b512bc3fef8e535d|resp_123|(?<=responses\/)response_id/g;
const CONVERSATIONS = /conv_123|(?<=conversations\/)conversation_id/g;
const ITEMS = /msg_abc|(?<=items\/)item_id/g;
/** Operations whose body needs a model and an input. */
const CREATES = /^\/responses(\/input_tokens|\/compact)?$/;

export interface RealIds {
  url: string;
  close(): Promise<void>;
}

/** @param target address of the server, which ends in `/v1`. */
export async function startRealIds(target: string): Promise<RealIds> {
  const proxy = createServer((request, response) => {
    forward(target, request, response).catch((error: unknown) => response.writeHead(599).end(String(error)));
  }).listen(0, '127.0.0.1');
  await once(proxy, 'listening');
  return {
    url: `http://127.0.0.1:${(proxy.address() as AddressInfo).port}`,
    async close() {
      proxy.closeAllConnections();
      proxy.close();
      await once(proxy, 'close');
    },
  };
}

async function post(target: string, path: string, body: object): Promise<Record<string, unknown>> {
  const response = await fetch(`${target}${path}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
  });
  return (await response.json()) as Record<string, unknown>;
}

/** Only a response in the background can be cancelled. */
async function makeResponse(target: string, isCancelled: boolean): Promise<string> {
  const input = isCancelled ? `@script ${JSON.stringify({ tokens: 500, delayMs: 20 })}\nword` : 'hello';
  const { id } = await post(target, '/responses', { model: 'scripted', input, background: isCancelled });
  return String(id);
}

async function makeConversation(target: string): Promise<{ id: string; itemId: string }> {
  const items = [{ type: 'message', role: 'user', content: 'hello' }];
  const { id } = await post(target, '/conversations', { items });
  const listed = await fetch(`${target}/conversations/${String(id)}/items`);
  const { data } = (await listed.json()) as { data: { id: string }[] };
  return { id: String(id), itemId: data[0]?.id ?? '' };
}

async function forward(target: string, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const { method = 'GET', url = '/' } = request;
  const given = (await request.toArray()).map(String).join('');
  const named = `${url}\n${given}`;
  const responseId = RESPONSES.test(named) ? await makeResponse(target, url.endsWith('/cancel')) : '';
  const conversation = CONVERSATIONS.test(named) ? await makeConversation(target) : { id: '', itemId: '' };
  for (const pattern of [RESPONSES, CONVERSATIONS, ITEMS]) pattern.lastIndex = 0;
  const replace = (text: string) =>
    text
      .replaceAll(RESPONSES, responseId)
      .replaceAll(CONVERSATIONS, conversation.id)
      .replaceAll(ITEMS, conversation.itemId);
  const path = replace(url);
  const body = method === 'POST' ? complete(path, replace(given)) : undefined;
  const { authorization } = request.headers;
  const answered = await fetch(`${target}${path}`, {
    method,
    headers: { 'content-type': 'application/json', ...(authorization === undefined ? {} : { authorization }) },
    ...(body === undefined ? {} : { body }),
  });
  response.writeHead(answered.status, { 'content-type': answered.headers.get('content-type') ?? 'application/json' });
  response.end(Buffer.from(await answered.arrayBuffer()));
}

function complete(path: string, text: string): string {
  if (!CREATES.test(path)) return text;
  const body = (text === '' ? {} : JSON.parse(text)) as Record<string, unknown>;
  return JSON.stringify({ input: 'hello', ...body, model: 'scripted' });
}
