/** The model calls a function, the program runs it, the model answers: `node examples/tools.ts` */
import OpenAI from 'openai';

const client = new OpenAI({
  baseURL: process.env['OPENAI_BASE_URL'] ?? 'http://localhost:8642/v1',
  apiKey: process.env['OPENAI_API_KEY'] ?? 'none needed on this machine',
});

const messages: OpenAI.ChatCompletionMessageParam[] = [{ role: 'user', content: 'What is the weather in Oslo?' }];
const tools: OpenAI.ChatCompletionFunctionTool[] = [
  {
    type: 'function',
    function: {
      name: 'get_weather',
      description: 'Get the weather in a city',
      parameters: {
        type: 'object',
        properties: { city: { type: 'string' } },
        required: ['city'],
        additionalProperties: false,
      },
    },
  },
];

const first = await client.chat.completions.create({ model: 'gpt-4o-mini', messages, tools, tool_choice: 'required' });
const call = first.choices[0]?.message.tool_calls?.[0];
if (call?.type !== 'function') throw new Error('The model called no function.');
console.log(`${call.function.name}(${call.function.arguments})`);

messages.push({ role: 'assistant', content: null, tool_calls: [call] });
messages.push({ role: 'tool', tool_call_id: call.id, content: JSON.stringify({ temperature: 11, sky: 'cloudy' }) });
const second = await client.chat.completions.create({ model: 'gpt-4o-mini', messages, tools, tool_choice: 'none' });
console.log(second.choices[0]?.message.content);
