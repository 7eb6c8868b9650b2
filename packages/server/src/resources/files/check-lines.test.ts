import { describe, expect, it } from 'vitest';
import { checkLines } from './check-lines.ts';

const NEVER = new AbortController().signal;

async function* chunks(text: string | Buffer) {
  const bytes = Buffer.from(text as string);
  for (let start = 0; start < bytes.byteLength; start += 7) yield bytes.subarray(start, start + 7);
}

function check(purpose: string, text: string | Buffer, filename = 'a.jsonl', bytes = text.length) {
  return checkLines({ filename, bytes, purpose }, () => chunks(text), NEVER);
}

const CHAT = '{"messages":[{"role":"user","content":"hi"},{"role":"assistant","content":"ho"}]}';

describe('checkLines', () => {
  it.each([
    ['fine-tune', `${CHAT}\n\n${CHAT}\r\n`],
    ['fine-tune', '{"prompt":"a","completion":"b"}'],
    [
      'fine-tune',
      '{"input":{"messages":[{"role":"user","content":"q"}]},"preferred_output":[{"role":"assistant","content":"a"}],"non_preferred_output":[{"role":"assistant","content":"b"}]}',
    ],
    ['fine-tune', '{"messages":[{"role":"assistant","tool_calls":[]}]}'],
    ['batch', '{"any":"thing"}\n{"broken": '],
    ['batch', '\n \n'],
    ['evals', '{"item":{"a":1}}'],
    ['assistants', 'no lines at all'],
  ])('accepts a file for the purpose %s: %s', async (purpose, text) => {
    await check(purpose, text);
  });

  it.each([
    ['fine-tune', `${CHAT}\n{"a":`, 'Line 2: '],
    ['fine-tune', `${CHAT}\n\n[1]`, 'Line 3: expected a JSON object.'],
    ['evals', Buffer.from('7b2261223a22ff227d', 'hex'), 'Line 1: it is not valid UTF-8.'],
    ['fine-tune', '\n \n', 'The file has no lines.'],
    ['evals', `{"item":{}}\n{"sample":{}}`, "Line 2: expected an object 'item'."],
    ['fine-tune', `${CHAT}\n{"text":"a"}`, "Line 2: expected 'messages'"],
    ['evals', `{"item":[${'{},'.repeat(50_000)}`, 'Line 1: it exceeds the limit of 50000 for containers.'],
    ['fine-tune', '{"messages":[]}', "Line 1: 'messages' must be an array of messages."],
    ['fine-tune', '{"messages":[{"role":"bot","content":"x"}]}', "Line 1: 'messages[0].role' must be one of"],
    ['fine-tune', '{"messages":[{"role":"user"}]}', "Line 1: 'messages[0].content' must be"],
    ['fine-tune', '{"messages":[{"role":"user","content":"x"}]}', 'no message of the assistant'],
    ['fine-tune', '{"prompt":"a"}', "Line 1: 'completion' must be a string."],
    [
      'fine-tune',
      '{"input":{"messages":[{"role":"user","content":"q"}]},"preferred_output":[]}',
      "'preferred_output' must be",
    ],
  ])('refuses a file for the purpose %s and names the line: %s', async (purpose, text, message) => {
    await expect(check(purpose, text)).rejects.toMatchObject({
      status: 400,
      code: 'invalid_file',
      param: 'file',
      message: expect.stringContaining(message),
    });
  });

  it('requires the extension .jsonl, and limits the size of a batch file', async () => {
    await expect(check('fine-tune', CHAT, 'a.json')).rejects.toThrow('must be JSON Lines and end in .jsonl');
    await check('fine-tune', CHAT, 'A.JSONL');
    await expect(check('batch', '{}', 'a.jsonl', 200 * 1024 * 1024 + 1)).rejects.toThrow('may have 209715200 bytes');
  });
});
