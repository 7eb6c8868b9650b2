/** Puts a file into a vector store and searches it: `node examples/vector-stores.ts` */
import OpenAI, { toFile } from 'openai';

const client = new OpenAI({
  baseURL: process.env['OPENAI_BASE_URL'] ?? 'http://localhost:8642/v1',
  apiKey: process.env['OPENAI_API_KEY'] ?? 'none needed on this machine',
});

const text = 'The library opens at nine on Tuesdays.\n\nTickets for the museum cost twelve euros.\n';
const store = await client.vectorStores.create({ name: 'Town' });
const file = await client.vectorStores.files.uploadAndPoll(store.id, await toFile(Buffer.from(text), 'town.txt'));
console.log(file.status, `${file.usage_bytes} bytes`);

const { data } = await client.vectorStores.search(store.id, { query: 'When does the library open?' });
for (const { filename, score, content } of data) console.log(filename, score.toFixed(3), content[0]?.text);
