import { describe, expect, it } from 'vitest';
import { startFileServer } from '../testing/file-server.ts';
import { chooseHubFile, isHubRepository } from './hub-files.ts';

async function choose(files: string[], reference = 'hf:owner/repo', status = 200): Promise<string> {
  const entries = files.map((path) => ({ type: 'file', path }));
  const server = await startFileServer({
    body: Buffer.alloc(0),
    intercept: (request, response) => {
      const right = request.url === '/api/models/owner/repo/tree/main?recursive=true';
      response.writeHead(right ? status : 404).end(JSON.stringify([{ type: 'directory', path: 'a.gguf' }, ...entries]));
      return true;
    },
  });
  return await chooseHubFile(reference, { hubUrl: server.url, signal: new AbortController().signal });
}

describe('a hub repository without a file', () => {
  it('a repository with one model file resolves to that file', async () => {
    const files = ['README.md', 'mmproj-x.gguf', 'big-00001-of-00002.gguf', 'sub/model-Q2_K.gguf'];
    expect(await choose(files)).toBe('hf:owner/repo:sub/model-Q2_K.gguf');
  });

  it('a repository with several files resolves to the usual quantisation', async () => {
    expect(await choose(['m-Q8_0.gguf', 'm-Q4_K_M.gguf', 'm-Q2_K.gguf'])).toBe('hf:owner/repo:m-Q4_K_M.gguf');
  });

  it('refuses a repository without the usual quantisation and lists its files', async () => {
    await expect(choose(['m-Q2_K.gguf', 'm-Q3_K.gguf'])).rejects.toThrow(
      'hf:owner/repo holds several models; name one: hf:owner/repo:m-Q2_K.gguf, hf:owner/repo:m-Q3_K.gguf',
    );
    await expect(choose(['model.safetensors'])).rejects.toThrow('holds no model in one .gguf file');
    await expect(choose([], 'hf:owner/repo', 401)).rejects.toThrow('answered 401: the repository is missing');
    await expect(choose([], 'hf:owner/other')).rejects.toThrow('answered 404');
  });

  it('isHubRepository is false for a reference that names a file', () => {
    expect(['hf:a/b', 'hf:a/b@main', 'hf:a/b:c.gguf', 'a/b'].map(isHubRepository)).toEqual([true, true, false, false]);
  });
});
