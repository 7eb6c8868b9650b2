/**
 * Writes the server's answers, with its grammar, to the prompts with tools or a schema, at temperature 0, in the format
 * of decode.ts.
 *
 *   node product.ts http://127.0.0.1:PORT/v1 PROMPTS.jsonl OUT.jsonl [KEY] [MODEL]
 */
import { readFileSync, writeFileSync } from 'node:fs';

interface Prompt {
  messages: unknown[];
  tools?: unknown[];
  schema?: unknown;
}
interface Call {
  function: { name: string; arguments: string };
}
interface Completion {
  choices: { finish_reason: string; message: { content: string | null; tool_calls?: Call[] } }[];
}

const [url = '', promptsPath = '', outPath = '', key = 'none', model = 'selfsame-nano'] = process.argv.slice(2);

async function answer({ messages, tools, schema }: Prompt): Promise<string> {
  const format = { type: 'json_schema', json_schema: { name: 'answer', strict: true, schema } };
  const body = {
    model,
    messages,
    temperature: 0,
    max_completion_tokens: 160,
    ...(tools && { tools, parallel_tool_calls: false }),
    ...(schema !== undefined && { response_format: format }),
  };
  const headers = { 'content-type': 'application/json', authorization: `Bearer ${key}` };
  const response = await fetch(`${url}/chat/completions`, { method: 'POST', headers, body: JSON.stringify(body) });
  if (!response.ok) throw new Error(`${response.status} ${await response.text()}`);
  const choice = ((await response.json()) as Completion).choices[0];
  const call = choice?.message.tool_calls?.[0]?.function;
  const text = call
    ? `<|invoke|>{"name": ${JSON.stringify(call.name)}, "arguments": ${call.arguments}}`
    : (choice?.message.content ?? '');
  return JSON.stringify({ text, stopped: choice?.finish_reason !== 'length' });
}

const prompts = readFileSync(promptsPath, 'utf8').split('\n').filter(Boolean);
const outputs: string[] = [];
for (const prompt of prompts) outputs.push(await answer(JSON.parse(prompt) as Prompt));
writeFileSync(outPath, `${outputs.join('\n')}\n`);
