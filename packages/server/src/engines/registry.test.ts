import { describe, expect, it } from 'vitest';
import { createModelRegistry, type RegisteredModel, type RegistryOptions } from './registry.ts';
import { createScriptedLanguageModel } from './scripted/language-model.ts';

function model(id: string, open = async () => createScriptedLanguageModel({ modelId: id })): RegisteredModel {
  return { id, kind: 'chat', createdAt: 1, ownedBy: 'test', label: id, open };
}

async function registry(aliases: RegistryOptions['aliases'], ...models: RegisteredModel[]) {
  const made = createModelRegistry({ aliases, wellKnown: new Set(['gpt-4o']) });
  await made.replace(models);
  return made;
}

describe('createModelRegistry', () => {
  it('lets a well-known id stand for the default, which is the first', async () => {
    expect((await registry('well-known', model('a'), model('b'))).resolve('gpt-4o').id).toBe('a');
  });

  it('prefers a model that really has the well-known id', async () => {
    expect((await registry('well-known', model('a'), model('gpt-4o'))).resolve('gpt-4o').id).toBe('gpt-4o');
  });

  it('knows no foreign id when aliases are off, and those of the map only when there is one', async () => {
    const off = await registry('none', model('a'));
    expect(() => off.resolve('gpt-4o')).toThrow(/'gpt-4o' does not exist. Models on this server: a\./);
    const mapped = await registry({ mine: 'b' }, model('a'), model('b'));
    expect(mapped.resolve('mine').id).toBe('b');
    expect(() => mapped.resolve('gpt-4o')).toThrow(/does not exist/);
    expect(() => mapped.resolve('constructor')).toThrow(/does not exist/);
  });

  it('opens a model once for all who ask, and again after an opening that failed', async () => {
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

  it('closes a model that leaves the list', async () => {
    const made = await registry('none', model('a'));
    const opened = await made.languageModel('a');
    await made.replace([model('b')]);
    const request = { messages: [{ role: 'user' as const, content: 'x' }], sampling: { temperature: 1, topP: 1 } };
    const answer = Array.fromAsync(
      opened.doGenerate(request, { signal: new AbortController().signal, priority: 'online' }),
    );
    await expect(answer).rejects.toMatchObject({ code: 'engine_failed' });
  });

  it('answers with the reason while nothing is here', async () => {
    const made = createModelRegistry({ aliases: 'well-known', wellKnown: new Set(['gpt-4o']) });
    await made.replace([], { reason: 'being pulled', retryAfterSeconds: 7 });
    expect(() => made.resolve('gpt-4o')).toThrow('being pulled');
    expect(() => made.resolve('other')).toThrow(/No model is available/);
  });
});
