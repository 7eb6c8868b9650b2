import { describe, expect, it } from 'vitest';
import { openTestClient } from '../../../start/testing/test-client.ts';

const { client } = await openTestClient();

const tokensOf = async (more: object) =>
  (await client.responses.inputTokens.count({ model: 'scripted', input: 'one two three', ...more })).input_tokens;

describe('the input tokens of a response', () => {
  it('are those of the usage of the response', async () => {
    const request = { input: 'one two three', instructions: 'Be brief, please.' };
    const response = await client.responses.create({ model: 'scripted', ...request });
    expect(await tokensOf(request)).toBe(response.usage?.input_tokens);
    const next = { input: 'four', previous_response_id: response.id };
    const second = await client.responses.create({ model: 'scripted', ...next });
    expect(await tokensOf(next)).toBe(second.usage?.input_tokens);
    const { id } = await client.conversations.create({ items: [{ role: 'user', content: 'five six' }] });
    expect(await tokensOf({ conversation: id })).toBeGreaterThan(await tokensOf({}));
  });

  it.each<[object, string]>([
    [{ model: null }, 'model'],
    [{ personality: 'friendly' }, 'personality'],
    [{ previous_response_id: 'resp_none' }, 'previous_response_id'],
    [{ tools: [{ type: 'web_search' }] }, 'tools[0].type'],
  ])('refuse %j by name', async (more, param) => {
    await expect(tokensOf(more)).rejects.toMatchObject({ status: 400, param });
  });
});
