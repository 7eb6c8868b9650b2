import pino from 'pino';
import { describe, expect, it } from 'vitest';
import { toReadable } from './readable-log.ts';

/** The log line of a call as a terminal shows it, without the time. */
function read(write: (log: pino.Logger) => void): string {
  let json = '';
  const destination = {
    write: (line: string) => {
      json += line;
    },
  };
  write(pino({ base: null }, destination));
  const text = toReadable(json.trim());
  expect(text).toMatch(/^\d\d:\d\d:\d\d {2}/);
  return text.slice(10);
}

describe('a log line on a terminal', () => {
  it('a readable log line shows the request, its status, its duration, its model and its tokens', () => {
    const request = { requestId: 'req_1', method: 'POST', path: '/v1/chat/completions', status: 200, ms: 12.6 };
    expect(read((log) => log.info(request))).toBe('POST /v1/chat/completions  200  13 ms');
    const usage = { modelId: 'selfsame-nano', inputTokens: 12, outputTokens: 34, cachedInputTokens: 0 };
    expect(read((log) => log.info({ ...request, ...usage }))).toBe(
      'POST /v1/chat/completions  200  13 ms  selfsame-nano, 12 + 34 tokens',
    );
  });

  it('a readable log line shows a message with its fields and marks warnings', () => {
    expect(read((log) => log.info({ socket: '/tmp/a' }, 'engines: hosted here'))).toBe(
      'engines: hosted here  socket=/tmp/a',
    );
    expect(read((log) => log.warn('127.0.0.1:9 could not be reached.'))).toBe(
      'warning  127.0.0.1:9 could not be reached.',
    );
  });

  it('a readable log line shows the message of an error once, with its stack', () => {
    const text = read((log) =>
      log.error({ requestId: 'req_1', err: new Error('the disk broke') }, 'an operation failed'),
    );
    expect(text).toMatch(/^error {2}an operation failed: the disk broke {2}requestId=req_1\n {4}at /);
    expect(read((log) => log.warn({ err: new Error('again') }, 'again'))).toBe('warning  again');
  });

  it('a line that is not a log line stays unchanged', () => {
    expect(toReadable('plain text')).toBe('plain text');
  });

  it('a readable log line has colours if the terminal has colours', () => {
    const line = '{"level":30,"time":0,"method":"GET","path":"/x","status":503,"ms":1}';
    expect(toReadable(line, { isColoured: true })).toContain('\u001b[31m503\u001b[0m');
  });
});
