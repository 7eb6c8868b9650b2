/** Uploads a file in parts, as clients do with large ones: `node examples/uploads.ts` */
import OpenAI, { toFile } from 'openai';

const client = new OpenAI({
  baseURL: process.env['OPENAI_BASE_URL'] ?? 'http://localhost:8642/v1',
  apiKey: process.env['OPENAI_API_KEY'] ?? 'none needed on this machine',
});

const parts = ['The first part of a text, ', 'and the second part.\n'];
const upload = await client.uploads.create({
  filename: 'parts.txt',
  bytes: Buffer.byteLength(parts.join('')),
  mime_type: 'text/plain',
  purpose: 'assistants',
});

const partIds: string[] = [];
for (const text of parts) {
  const part = await client.uploads.parts.create(upload.id, { data: await toFile(Buffer.from(text), 'part') });
  partIds.push(part.id);
}

const { status, file } = await client.uploads.complete(upload.id, { part_ids: partIds });
console.log(status, file?.id, `${file?.bytes} bytes`);
