import { resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { describe, expect, it } from 'vitest';
import { findCatalogueModel } from './catalogue.ts';
import { parseModelReference } from './model-reference.ts';

describe('a model reference', () => {
  it('parseModelReference accepts the id of a catalogue entry', () => {
    expect(parseModelReference(' Gemma-3-270M ')).toBe(findCatalogueModel('gemma-3-270m'));
  });

  it.each([
    ['hf:owner/repo.x:sub/Model-Q4_K_M.gguf', 'model-q4_k_m', 'hf:owner/repo.x:sub/Model-Q4_K_M.gguf'],
    ['hf:owner/repo@refs/pr/1:m.gguf', 'm', 'hf:owner/repo@refs/pr/1:m.gguf'],
    ['https://host/a/My%20Model.gguf?x=1', 'my model', 'https://host/a/My%20Model.gguf?x=1'],
    ['http://127.0.0.1:8080/m.gguf', 'm', 'http://127.0.0.1:8080/m.gguf'],
    ['file:/models/M.GGUF', 'm', 'file:///models/M.GGUF'],
    ['/models/a b.gguf', 'a b', 'file:///models/a%20b.gguf'],
    ['here.gguf', 'here', pathToFileURL(resolve('here.gguf')).href],
  ])('parseModelReference reads %s as the model %s', (text, id, source) => {
    const model = parseModelReference(text);
    expect(model).toMatchObject({ id, sources: [source] });
    expect(model.sha256).toBeUndefined();
    expect(model.label).toContain('not verified');
  });

  it.each([
    ['gpt-4o', 'The catalogue holds: gemma-4-12b-it, '],
    ['', 'is no model that can be pulled'],
    ['hf:owner/repo', 'hf:OWNER/REPO:FILE'],
    ['http://example.org/m.gguf', 'plain http'],
    ['https://host/model.safetensors', 'does not name a .gguf file'],
    ['https://host/%2e%2e%2f.gguf', 'does not name a .gguf file'],
    ['/models/big-00001-of-00003.gguf', 'one part of a split model'],
  ])('parseModelReference refuses %j: %s', (text, message) => {
    expect(() => parseModelReference(text)).toThrow(message);
  });
});
