import { describe, expect, it } from 'vitest';
import { createModelRegistry, type RegisteredModel, type RegistryOptions } from './registry.ts';
import { createScriptedEmbeddingModel } from './scripted/embedding-model.ts';
import { createScriptedLanguageModel } from './scripted/language-model.ts';

function model(id: string, open = async () => createScriptedLanguageModel({ modelId: id })): RegisteredModel {
  return { id, kind: 'chat', createdAt: 1, ownedBy: 'test', label: id, builtIn: false, open };
}

function embedding(id: string): RegisteredModel {
  const open = async () => createScriptedEmbeddingModel({ modelId: id });
  return { id, kind: 'embedding', createdAt: 1, ownedBy: 'test', label: id, builtIn: false, open };
}

const wellKnown = { chat: new Set(['gpt-4o']), embedding: new Set(['text-embedding-3-small']) };

async function registry(aliases: RegistryOptions['aliases'], ...models: RegisteredModel[]) {
  const made = createModelRegistry({ aliases, wellKnown });
  await made.replace(models);
  return made;
}

describe('createModelRegistry', () => {
  it('resolves a well-known id to the default, which is the first model', async () => {
    expect((await registry('well-known', model('a'), model('b'))).resolve('gpt-4o').id).toBe('a');
  });

  it('prefers an installed model with the well-known id to the default', async () => {
    expect((await registry('well-known', model('a'), model('gpt-4o'))).resolve('gpt-4o').id).toBe('gpt-4o');
  });

  it('resolves no foreign id without aliases, and only those of the map with one', async () => {
    const off = await registry('none', model('a'));
    expect(() => off.resolve('gpt-4o')).toThrow(/'gpt-4o' does not exist. Models on this server: a\./);
    const mapped = await registry({ mine: 'b' }, model('a'), model('b'));
    expect(mapped.resolve('mine').id).toBe('b');
    expect(() => mapped.resolve('gpt-4o')).toThrow(/does not exist/);
    expect(() => mapped.resolve('constructor')).toThrow(/does not exist/);
    expect(mapped.aliases().map(({ id, model: { id: target } }) => [id, target])).toEqual([['mine', 'b']]);
    expect((await registry({ mine: 'gone' }, model('a'))).aliases()).toEqual([]);
  });

  it('opens a model once for concurrent requests, and again after a failure', async () => {
    let openings = 0;
    const flaky = model('a', async () => {
      openings += 1;
      await Promise.resolve();
      if (openings === 1) throw new Error('no memory');
      return createScriptedLanguageModel({ modelId: 'a' });
    });
    const made = await registry('none', flaky);
    const first = await Promise.allSettled([made.languageModel('a'), made.languageModel('a')]);
    expect(first.map((each) => each.status)).toEqual(['rejected', 'rejected']);
    const [one, two] = await Promise.all([made.languageModel('a'), made.languageModel('a')]);
    expect(one).toBe(two);
    expect(openings).toBe(2);
  });

  it('closes a model that is removed from the list', async () => {
    const made = await registry('none', model('a'));
    const opened = await made.languageModel('a');
    await made.replace([model('b')]);
    const request = { messages: [{ role: 'user' as const, content: 'x' }], sampling: { temperature: 1, topP: 1 } };
    const answer = Array.fromAsync(
      opened.doGenerate(request, { signal: new AbortController().signal, priority: 'online' }),
    );
    await expect(answer).rejects.toMatchObject({ code: 'engine_failed' });
  });

  it('returns the reason while no model of a kind is available', async () => {
    const made = createModelRegistry({ aliases: 'well-known', wellKnown });
    await made.replace([], { chat: { reason: 'being pulled', retryAfterSeconds: 7 } });
    expect(() => made.resolve('gpt-4o')).toThrow('being pulled');
    expect(() => made.resolve('other')).toThrow(/No model is available/);
    const underWay = { reason: 'on its way', retryAfterSeconds: 7, modelId: 'e' };
    await made.replace([model('a')], { embedding: underWay });
    expect(made.resolve('gpt-4o').id).toBe('a');
    await expect(made.embeddingModel('text-embedding-3-small')).rejects.toMatchObject({
      status: 503,
      message: 'on its way',
    });
    await expect(made.embeddingModel('e')).rejects.toMatchObject({ status: 503 });
    await expect(made.embeddingModel('f')).rejects.toMatchObject({ status: 404 });
  });

  it('resolves a default for each kind, and lists chat models first', async () => {
    const made = await registry('well-known', embedding('e'), model('a'), embedding('f'));
    expect(made.list().map(({ id }) => id)).toEqual(['a', 'e', 'f']);
    expect(made.resolve('text-embedding-3-small').id).toBe('e');
    expect((await made.embeddingModel('text-embedding-3-small')).modelId).toBe('e');
    expect((await made.languageModel('gpt-4o')).modelId).toBe('a');
  });

  it('refuses a model of the other kind with status 404', async () => {
    const made = await registry('well-known', model('a'), embedding('e'));
    await expect(made.languageModel('e')).rejects.toMatchObject({
      status: 404,
      message: "The model 'e' is an embedding model, and this method needs a chat model. On this server: a.",
    });
    await expect(made.embeddingModel('a')).rejects.toMatchObject({ status: 404, param: 'model' });
    await expect(made.embeddingModel('gpt-4o')).rejects.toMatchObject({
      message: expect.stringContaining('Models on this server: e.'),
    });
    await expect(made.languageModel('text-embedding-3-small')).rejects.toMatchObject({ code: 'model_not_found' });
    const mapped = await registry({ mine: 'e' }, model('a'), embedding('e'));
    expect((await mapped.embeddingModel('mine')).modelId).toBe('e');
    await expect(mapped.languageModel('mine')).rejects.toMatchObject({ status: 404 });
  });
});
