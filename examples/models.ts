/** Lists the models that answer: `node examples/models.ts` */
import OpenAI from 'openai';

const client = new OpenAI({
  baseURL: process.env['OPENAI_BASE_URL'] ?? 'http://localhost:8642/v1',
  apiKey: process.env['OPENAI_API_KEY'] ?? 'none needed on this machine',
});

for await (const model of client.models.list()) console.log(model.id, model.owned_by);
