import { describe, expect, it } from 'vitest';
import type { ConversationRequest } from '../language-model.ts';
import { createAnswerCheck } from './answer-check.ts';

const base = { messages: [], sampling: { temperature: 0, topP: 1 } };
const schema = { type: 'object', properties: { a: { type: 'number' } }, required: ['a'] };
const format = { type: 'json_schema' as const, schema, param: 'p' };
const tools = [
  { name: 'go', parameters: schema, param: 'p' },
  { name: 'look', param: 'p' },
];

function failureOf(fields: Partial<ConversationRequest>, answer: string | readonly (readonly [string, string])[]) {
  const check = createAnswerCheck({ ...base, ...fields });
  if (typeof answer === 'string') for (const text of answer) check?.add({ type: 'token', text });
  else {
    for (const [index, [name, text]] of answer.entries()) {
      check?.add({ type: 'token', text: '', calls: [{ index, name, arguments: text.slice(0, 2) }] });
      check?.add({ type: 'token', text: '', calls: [{ index, arguments: text.slice(2) }] });
    }
  }
  return check?.failure();
}

describe('createAnswerCheck', () => {
  it('creates no check for a request without format and tools', () => {
    expect(createAnswerCheck(base)).toBeUndefined();
  });

  it.each([
    ['{"a":1}', undefined],
    ['{"a":"1"}', /schema at '\/a'/],
    ['Sure! {"a":1}', /not the JSON/],
  ])('checks the answer %s against its schema', (text, wrong) => {
    if (wrong === undefined) expect(failureOf({ format }, text)).toBeUndefined();
    else expect(failureOf({ format }, text)).toMatch(wrong);
  });

  it('checks calls against the offered tools, their schemas and the tool choice', () => {
    expect(
      failureOf({ tools }, [
        ['go', '{"a":1}'],
        ['look', ''],
      ]),
    ).toBeUndefined();
    expect(failureOf({ tools }, 'no call')).toBeUndefined();
    expect(failureOf({ tools, format }, [['look', '{}']])).toBeUndefined();
    expect(failureOf({ tools }, [['go', '{"b":1}']])).toMatch(/'go' do not fit the schema at '\/a'/);
    expect(failureOf({ tools }, [['go', '{"a":']])).toMatch(/not JSON/);
    expect(failureOf({ tools }, [['fly', '{}']])).toMatch(/'fly', which it may not/);
    expect(failureOf({ tools, toolChoice: { name: 'look' } }, [['go', '{"a":1}']])).toMatch(/'go', which it may not/);
    expect(failureOf({ tools, toolChoice: 'required' }, 'no call')).toMatch(/no call although one was required/);
  });
});
