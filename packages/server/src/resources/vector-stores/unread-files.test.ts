import OpenAI, { toFile } from 'openai';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { encodeText } from '../../extraction/testing/encode-text.ts';
import { makeFontPdf, type ShownText } from '../../extraction/testing/pdf-font-document.ts';
import { startTestServer, type TestServer } from '../../start/testing/test-server.ts';

let server: TestServer;
let client: OpenAI;
beforeAll(async () => {
  server = await startTestServer();
  client = new OpenAI({ baseURL: `${server.url}/v1`, apiKey: 'none', maxRetries: 0 });
});
afterAll(() => server.close());

async function index(name: string, content: Buffer) {
  const { id } = await client.vectorStores.create({ name: 'documents' });
  const file = await client.files.create({ file: await toFile(content, name), purpose: 'assistants' });
  return {
    storeId: id,
    file: await client.vectorStores.files.createAndPoll(id, { file_id: file.id }, { pollIntervalMs: 20 }),
  };
}

const known: ShownText = {
  font: { encoding: 'UniJIS-UCS2-H', ordering: 'Japan1' },
  bytes: encodeText('東京の本社は千代田区にあります。', 'utf-16be'),
};
/** Glyph numbers of a font without a map to characters. */
const unknown: ShownText = {
  font: { encoding: 'Identity-H', ordering: 'Identity' },
  bytes: Buffer.from('00240025002600270028', 'hex'),
};

describe('a file of which not everything can be read', () => {
  it('returns x_selfsame_warnings for a file that was read in part', async () => {
    const { storeId, file } = await index('manual.pdf', makeFontPdf([known, unknown]));
    expect(file).toMatchObject({
      status: 'completed',
      last_error: null,
      x_selfsame_warnings: [expect.stringMatching(/^5 of 21 characters were not read, on page 1: /)],
    });
    const { data } = await client.vectorStores.files.list(storeId);
    expect(data).toEqual([file]);
    const found = await client.vectorStores.search(storeId, { query: '千代田区' });
    expect(found.data[0]?.content[0]?.text).toContain('東京の本社は千代田区にあります。');
  });

  it('returns no x_selfsame_warnings for a file that was read completely', async () => {
    const { file } = await index('manual.pdf', makeFontPdf([known]));
    expect(file.status).toBe('completed');
    expect(file).not.toHaveProperty('x_selfsame_warnings');
  });

  it('fails a file with unsupported_file when most of its text cannot be read', async () => {
    const { file } = await index('manual.pdf', makeFontPdf([unknown]));
    expect(file).toMatchObject({ status: 'failed', last_error: { code: 'unsupported_file' } });
  });
});
