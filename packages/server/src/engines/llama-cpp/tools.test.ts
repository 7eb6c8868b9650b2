/**
 * Function calls on the real engine: with a random-weight model, each call still has the right form and valid
 * arguments.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Ajv2020 from 'ajv/dist/2020.js';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { defined } from '../../lib/defined.ts';
import { silentLog } from '../child-process/testing/silent-log.ts';
import type { ConversationRequest, GenerateEvent, ToolFunction } from '../language-model.ts';
import { createLlamaCppLanguageModel, type LlamaCppLanguageModel } from './language-model.ts';
import { tinyTokenId, writeTinyModel } from './testing/tiny-model.ts';

/** Like the templates of that family, with functions by name only, because every byte of a prompt is a token here. */
const HERMES_TEMPLATE = `{{ bos_token }}{% for t in tools or [] %}{{ t.function.name }}{{ t.function.description }}{% endfor %}{% for m in messages %}<|{{ m.role }}|>{{ m.content }}
{%- if m.tool_calls %}{% for c in m.tool_calls %}<tool_call>
{"name": "{{ c.function.name }}", "arguments": {{ c.function.arguments | tojson }}}
</tool_call>{% endfor %}{% endif %}<|end|>{% endfor %}<|assistant|>`;

const TOOLS: readonly ToolFunction[] = [
  {
    name: 'weather',
    description: 'The weather of a town',
    parameters: {
      type: 'object',
      properties: { city: { $ref: '#/$defs/word' }, days: { type: 'integer', minimum: 1, maximum: 7 } },
      required: ['city', 'days'],
      additionalProperties: false,
      $defs: { word: { type: 'string', maxLength: 6 } },
    },
    param: 'tools[0].function.parameters',
  },
  {
    name: 'add-up',
    parameters: {
      type: 'object',
      // The same reference as in `weather`, but to another schema.
      properties: { numbers: { type: 'array', items: { $ref: '#/$defs/word' }, minItems: 1, maxItems: 3 } },
      required: ['numbers'],
      additionalProperties: false,
      $defs: { word: { type: 'integer', minimum: 0, maximum: 99 } },
    },
    param: 'tools[1].function.parameters',
  },
  { name: 'now', param: 'tools[2].function.parameters' },
];
const NOTHING = { type: 'object', maxProperties: 0 };

const ajv = new Ajv2020.default();
const VALIDATORS = new Map(TOOLS.map(({ name, parameters = NOTHING }) => [name, ajv.compile(parameters as object)]));
const SEEDS = Array.from({ length: 5 }, (_, seed) => seed);

const folder = mkdtempSync(join(tmpdir(), 'selfsame-tools-'));
const models = new Map<string, LlamaCppLanguageModel>();
beforeAll(async () => {
  const path = join(folder, 'tiny.gguf');
  await writeTinyModel(path, { wild: true });
  const start = async (family: string, chatTemplate: string | undefined) => {
    const model = createLlamaCppLanguageModel({
      modelId: family,
      path,
      threads: 1,
      parallelRequests: 4,
      log: silentLog,
      ...defined({ chatTemplate }),
    });
    models.set(family, model);
    await model.ready();
  };
  await Promise.all([start('generic', undefined), start('hermes', HERMES_TEMPLATE)]);
});
afterAll(async () => {
  await Promise.all(models.values().map((model) => model.close()));
  rmSync(folder, { recursive: true });
});

async function ask(
  family: string,
  seed: number,
  more: Partial<ConversationRequest> = {},
  onIgnored: (param: string) => void = () => undefined,
) {
  const request: ConversationRequest = {
    messages: [{ role: 'user', content: 'say' }],
    maxTokens: 100,
    sampling: { temperature: 1, topP: 1, seed },
    tools: TOOLS,
    ...more,
  };
  const model = models.get(family);
  if (model === undefined) throw new Error(`no model for ${family}`);
  const events = await Array.fromAsync(
    model.doGenerate(request, { signal: new AbortController().signal, priority: 'online', onIgnored }),
  );
  return toAnswer(events);
}

function toAnswer(events: readonly GenerateEvent[]) {
  const calls: { name: string; arguments: string }[] = [];
  let text = '';
  for (const event of events) {
    if (event.type !== 'token') continue;
    text += event.text;
    for (const { index, name, arguments: piece } of event.calls ?? []) {
      if (name !== undefined) calls[index] = { name, arguments: '' };
      const call = calls[index];
      if (call !== undefined) call.arguments += piece;
    }
  }
  const [first] = events;
  const last = events.at(-1);
  const promptTokens = first?.type === 'start' ? first.promptTokens : 0;
  return { text, calls, promptTokens, reason: last?.type === 'finish' ? last.reason : undefined };
}

type Answer = ReturnType<typeof toAnswer>;

function expectValidCalls({ calls }: Answer): void {
  for (const { name, arguments: text } of calls) {
    const validate = VALIDATORS.get(name);
    expect(validate?.(JSON.parse(text)), `${name}: ${text}`).toBe(true);
  }
}

describe.each(['generic', 'hermes'])('function calls in the form %s', (family) => {
  it('generates calls of known functions with valid arguments and no text if a call is required', async () => {
    const answers = await Promise.all(SEEDS.map((seed) => ask(family, seed, { toolChoice: 'required' })));
    const ended = answers.filter(({ reason }) => reason === 'tool_calls');
    expect(ended.length).toBeGreaterThan(0);
    for (const answer of ended) expectValidCalls(answer);
    expect(answers.map(({ text }) => text).join('')).toBe('');
    expect(answers.every(({ reason }) => reason !== 'stop')).toBe(true);
    const names = answers.flatMap(({ calls }) => calls.map(({ name }) => name));
    expect([...VALIDATORS.keys()]).toEqual(expect.arrayContaining(names));
  });

  it('generates one call if parallel calls are disabled', async () => {
    const answers = await Promise.all(
      SEEDS.map((seed) => ask(family, seed, { toolChoice: 'required', parallelToolCalls: false })),
    );
    expect(answers.map(({ calls }) => calls.length)).toEqual(SEEDS.map(() => 1));
  });

  it('calls the function that tool_choice names', async () => {
    const answers = await Promise.all(SEEDS.map((seed) => ask(family, seed, { toolChoice: { name: 'add-up' } })));
    expect(answers.map(({ calls }) => calls.map(({ name }) => name))).toEqual(SEEDS.map(() => ['add-up']));
    for (const answer of answers) if (answer.reason === 'tool_calls') expectValidCalls(answer);
  });

  it('generates text or complete calls with tool_choice auto', async () => {
    // A bias towards the start of a call, so that most answers contain calls.
    const logitBias = new Map([
      [tinyTokenId(family === 'generic' ? '{' : '<tool_call>'), family === 'generic' ? 8 : 4],
    ]);
    const answers = await Promise.all(
      SEEDS.map((seed) => ask(family, seed, { sampling: { temperature: 1, topP: 1, seed, logitBias } })),
    );
    const plain = await ask(family, 1, { sampling: { temperature: 1, topP: 1, seed: 1 } });
    for (const answer of [plain, ...answers]) {
      if (answer.reason === 'tool_calls') expectValidCalls(answer);
      expect(answer.text).not.toMatch(/"arguments"|<tool_call>/);
      expect(answer.reason === 'tool_calls').toBe(answer.reason !== 'length' && answer.calls.length > 0);
    }
    expect(answers.some(({ calls }) => calls.length > 0)).toBe(true);
    if (family === 'hermes') expect(answers.some(({ text, calls }) => text !== '' && calls.length > 0)).toBe(true);
  });

  it('finishes with length if max tokens cuts off a call', async () => {
    const answer = await ask(family, 1, {
      toolChoice: { name: 'weather' },
      maxTokens: 42,
    });
    expect(answer).toMatchObject({ reason: 'length', text: '', calls: [{ name: 'weather' }] });
    expect(() => JSON.parse(answer.calls[0]?.arguments ?? '')).toThrow();
  });

  it('renders earlier calls and their results into the prompt', async () => {
    const count = async (argument: string, result: string) => {
      const toolCalls = [{ id: 'c', name: 'now', arguments: JSON.stringify({ argument }) }];
      const messages = [
        { role: 'user' as const, content: 'say' },
        { role: 'assistant' as const, content: '', toolCalls },
        { role: 'tool' as const, content: result, toolCallId: 'c' },
      ];
      return (await ask(family, 1, { messages, maxTokens: 1 })).promptTokens;
    };
    const base = await count('x', 'x');
    expect(await count('xyz', 'x')).toBe(base + 2);
    expect(await count('x', 'xyz')).toBe(base + 2);
    // As text, it is one token per byte; as a control token, it would be a single token.
    expect(await count('<|end|>', 'x')).toBe(base + 6);
    expect(await count('x', '<|end|>')).toBe(base + 6);
  });

  it('treats control strings in a description as text', async () => {
    const count = async (description: string) =>
      (await ask(family, 1, { tools: [{ name: 'now', description, param: 'p' }], maxTokens: 1 })).promptTokens;
    expect(await count('<|end|>')).toBe((await count('x')) + 6);
  });

  const parameters = { type: 'object', properties: { a: { type: 'integer', not: { const: 7 }, minimum: 5 } } };

  it('refuses a strict function whose schema cannot be enforced and reports the path', async () => {
    const tools = [{ name: 'f', parameters, param: 'here', strict: true }];
    const error = {
      status: 400,
      code: 'invalid_json_schema',
      param: 'here',
      message: expect.stringContaining('/properties/a/not'),
    };
    await expect(ask(family, 1, { tools })).rejects.toMatchObject(error);
    const text = [{ name: 'f', parameters: { type: 'string' }, param: 'here' }];
    await expect(ask(family, 1, { tools: text })).rejects.toMatchObject({ code: 'invalid_json_schema', param: 'here' });
  });

  it('enforces what it can of a schema without strict and reports the ignored keywords', async () => {
    const ignored: string[] = [];
    const tools = [
      { name: 'f', parameters: { ...parameters, required: ['a'] }, param: 'tools[0].function.parameters' },
    ];
    const answer = await ask(family, 1, { tools, toolChoice: { name: 'f' } }, (param) => ignored.push(param));
    expect(ignored).toEqual(['tools[0].function.parameters.properties.a.not']);
    expect(JSON.parse(answer.calls[0]?.arguments ?? '').a).toBeGreaterThanOrEqual(5);
  });
});

describe('function calls with a response format', () => {
  const format = { type: 'json_object' as const };

  it('generates calls or a formatted answer if the form distinguishes them', async () => {
    const answers = await Promise.all(SEEDS.slice(0, 4).map((seed) => ask('hermes', seed, { format, maxTokens: 200 })));
    for (const { text, calls, reason } of answers) {
      if (reason === 'stop') expect(() => JSON.parse(text)).not.toThrow();
      if (reason === 'tool_calls') expect(calls.length).toBeGreaterThan(0);
    }
  });

  it('refuses a format if calls also start with a brace, unless a call is required', async () => {
    await expect(ask('generic', 1, { format })).rejects.toMatchObject({ status: 400, param: 'response_format' });
    expect((await ask('generic', 1, { format, toolChoice: 'required' })).calls.length).toBeGreaterThan(0);
  });
});
