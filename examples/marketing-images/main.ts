/**
 * An assistant that makes a marketing image from a description:
 * `node examples/marketing-images/main.ts ["DESCRIPTION"]`, which writes `marketing-image.png` to the current folder.
 * Exit status 69 if the server does not serve images.
 */
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { NotFoundError, Selfsame } from '@selfsame/client';

const EX_UNAVAILABLE = 69;
const OUTPUT = 'marketing-image.png';
const client = new Selfsame(
  { auth: { token: process.env['OPENAI_API_KEY'] ?? 'none needed on this machine' }, timeout: 300 },
  process.env['OPENAI_BASE_URL'] ?? 'http://localhost:8642/v1',
);

const CREATE_IMAGE = {
  type: 'function',
  function: {
    name: 'create_image',
    description: 'Creates an image.',
    parameters: {
      type: 'object',
      properties: { prompt: { type: 'string', maxLength: 400, description: 'What the image shows, and its style.' } },
      required: ['prompt'],
      additionalProperties: false,
    },
  },
} as const;

async function createImage(prompt: string): Promise<void> {
  const { data } = await client.images.generate({
    model: 'dall-e-3',
    prompt,
    size: '1024x1024',
    response_format: 'b64_json',
  });
  await writeFile(OUTPUT, Buffer.from(data[0]?.b64_json ?? '', 'base64'));
}

const description = process.argv[2] ?? (await readFile(join(import.meta.dirname, 'brief.txt'), 'utf8'));
const assistant = await client.beta.assistants.create({
  model: 'gpt-4o-mini',
  name: 'Marketing images',
  instructions: 'You turn descriptions of campaigns into prompts for an image model, and create the image.',
  tools: [CREATE_IMAGE],
});
const thread = await client.beta.threads.create({ messages: [{ role: 'user', content: description }] });
try {
  const run = await client.beta.threads.runs.createAndPoll(thread.id, {
    assistant_id: assistant.id,
    tool_choice: { type: 'function', function: { name: 'create_image' } },
  });
  const [call] = run.required_action?.submit_tool_outputs.tool_calls ?? [];
  if (call === undefined) throw new Error(`The assistant called no function: the run is ${run.status}.`);
  const { prompt } = JSON.parse(call.function.arguments) as { prompt: string };
  console.log(`Prompt: ${prompt}`);
  await createImage(prompt);
  await client.beta.threads.runs.submitToolOutputsAndPoll(run.id, {
    thread_id: thread.id,
    tool_outputs: [{ tool_call_id: call.id, output: `Saved as ${OUTPUT}.` }],
  });
  console.log(`Saved as ${OUTPUT}`);
} catch (error) {
  if (!(error instanceof NotFoundError && error.code === 'not_served')) throw error;
  console.error(`The server does not serve images: ${error.message} (${error.code})`);
  process.exitCode = EX_UNAVAILABLE;
} finally {
  await client.beta.threads.delete(thread.id);
  await client.beta.assistants.delete(assistant.id);
  await client.close();
}
