/** Uploads a file, reads it back and deletes it: `node examples/files.ts` */
import OpenAI, { toFile } from 'openai';

const client = new OpenAI({
  baseURL: process.env['OPENAI_BASE_URL'] ?? 'http://localhost:8642/v1',
  apiKey: process.env['OPENAI_API_KEY'] ?? 'none needed on this machine',
});

const text = 'The library opens at nine on Tuesdays.\nIt is closed on Mondays.\n';
const file = await client.files.create({
  file: await toFile(Buffer.from(text), 'library.txt'),
  purpose: 'assistants',
});
console.log(file.id, file.filename, `${file.bytes} bytes`);

const content = await client.files.content(file.id);
console.log(await content.text());

const { deleted } = await client.files.delete(file.id);
console.log(deleted ? 'deleted' : 'not deleted');
