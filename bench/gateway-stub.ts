/**
 * A minimal upstream in a separate process: fixed answers of 16 tokens, plain or as a stream of four packets.
 *
 *   node bench/gateway-stub.ts        (prints its port)
 */
import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

const TOKENS = 16;
const PACKETS = 4;
const HEAD = { id: 'chatcmpl-stub', created: 1_760_000_000, model: 'stub' };
const USAGE = { prompt_tokens: 12, completion_tokens: TOKENS, total_tokens: 12 + TOKENS };
const CONTENT = 'word '.repeat(TOKENS);

const plain = JSON.stringify({
  ...HEAD,
  object: 'chat.completion',
  choices: [{ index: 0, message: { role: 'assistant', content: CONTENT }, logprobs: null, finish_reason: 'stop' }],
  usage: USAGE,
});

const event = (choices: object[], more: object = {}) =>
  `data: ${JSON.stringify({ ...HEAD, object: 'chat.completion.chunk', choices, ...more })}\n\n`;
const delta = (fields: object, finish: string | null = null) =>
  event([{ index: 0, delta: fields, logprobs: null, finish_reason: finish }]);
const words = Array.from({ length: TOKENS }, () => delta({ content: 'word ' }));
const events = [delta({ role: 'assistant', content: '' }), ...words, delta({}, 'stop')];
const size = Math.ceil(events.length / PACKETS);
const packets = Array.from({ length: PACKETS }, (_, at) => events.slice(at * size, (at + 1) * size).join(''));

function stream(response: ServerResponse, usage: boolean): void {
  response.writeHead(200, { 'content-type': 'text/event-stream; charset=utf-8' });
  let at = 0;
  const next = () => {
    const packet = packets[at++];
    if (packet !== undefined) {
      response.write(packet);
      setImmediate(next);
    } else response.end(`${usage ? event([], { usage: USAGE }) : ''}data: [DONE]\n\n`);
  };
  next();
}

const server = createServer((request, response) => {
  if (request.method === 'GET') {
    response.setHeader('content-type', 'application/json');
    response.end(JSON.stringify({ object: 'list', data: [{ id: 'stub', object: 'model', created: HEAD.created }] }));
    return;
  }
  let body = '';
  request.setEncoding('utf8').on('data', (text: string) => (body += text));
  request.on('end', () => {
    if (body.includes('"stream":true')) return stream(response, body.includes('"include_usage":true'));
    response.setHeader('content-type', 'application/json');
    response.end(plain);
  });
});
server.keepAliveTimeout = 60_000;
server.listen(0, '127.0.0.1', () => console.log((server.address() as AddressInfo).port));
