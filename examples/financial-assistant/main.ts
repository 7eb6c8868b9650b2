/**
 * A personal finance assistant: it adds up expenses with functions and finds prices in a vector store.
 * `node examples/financial-assistant/main.ts ["QUESTION" …]`
 */
import { join } from 'node:path';
import { Selfsame } from '@selfsame/client';
import { callFunction, FUNCTIONS, readLedger } from './ledger.ts';

/** Rounds of function calls within one run. */
const MAX_ROUNDS = 5;
const QUESTIONS = [
  'How much did I spend on groceries in October 2026?',
  'What is left of my budget for leisure in October 2026?',
  'Is there a cheaper phone plan in the price list?',
];

const client = new Selfsame(
  { auth: { token: process.env['OPENAI_API_KEY'] ?? 'none needed on this machine' }, timeout: 300 },
  process.env['OPENAI_BASE_URL'] ?? 'http://localhost:8642/v1',
);
const ledger = await readLedger(import.meta.dirname);

const store = await client.vectorStores.create({ name: 'Prices' });
const prices = await client.vectorStores.files.uploadAndPoll(store.id, {
  path: join(import.meta.dirname, 'price-list.md'),
  type: 'text/markdown',
});
const assistant = await client.beta.assistants.create({
  model: 'gpt-4o-mini',
  name: 'Finance assistant',
  instructions: `You help to keep a household budget.
Take sums from the functions and prices from the files. Give one sentence of advice.`,
  tools: [...FUNCTIONS, { type: 'file_search' }],
  tool_resources: { file_search: { vector_store_ids: [store.id] } },
});
const thread = await client.beta.threads.create();

/** Runs the assistant, answers its function calls, and prints its new messages. */
async function answer(question: string): Promise<void> {
  await client.beta.threads.messages.create(thread.id, { role: 'user', content: question });
  const body = { assistant_id: assistant.id, temperature: 0, max_completion_tokens: 1024 };
  let run = await client.beta.threads.runs.createAndPoll(thread.id, body);
  for (let round = 0; round < MAX_ROUNDS && run.status === 'requires_action'; round += 1) {
    const calls = run.required_action?.submit_tool_outputs.tool_calls ?? [];
    const tool_outputs = calls.map(({ id, function: { name, arguments: text } }) => {
      const output = callFunction(ledger, name, text);
      console.log(`  ${name}(${text}) → ${output}`);
      return { tool_call_id: id, output };
    });
    run = await client.beta.threads.runs.submitToolOutputsAndPoll(run.id, { thread_id: thread.id, tool_outputs });
  }
  if (run.status === 'requires_action') run = await client.beta.threads.runs.cancel(run.id, { thread_id: thread.id });
  const { data } = await client.beta.threads.messages.list(thread.id, { run_id: run.id, order: 'asc' });
  for (const part of data.flatMap(({ content }) => content)) {
    if (part.type === 'text') console.log(`${run.status}: ${part.text.value}`);
  }
}

try {
  for (const question of process.argv.length > 2 ? process.argv.slice(2) : QUESTIONS) {
    console.log(`> ${question}`);
    await answer(question);
  }
} finally {
  await client.beta.threads.delete(thread.id);
  await client.beta.assistants.delete(assistant.id);
  await client.vectorStores.delete(store.id);
  await client.files.delete(prices.id);
  await client.close();
}
