import { CreateAssistantRequest } from '@selfsame/contract/assistants';
import { describe, expect, it } from 'vitest';
import * as refined from './index.ts';

const { RefinedTypeError, ...types } = refined;

/** Name of each type → its field, an allowed value at each end, and values just outside. */
const NUMBERS: Readonly<Record<string, [field: string, allowed: readonly number[], refused: readonly number[]]>> = {
  Temperature: ['temperature', [0, 0.7, 2], [-0.01, 2.01, Number.NaN]],
  TopP: ['top_p', [0, 0.1, 1], [-0.01, 1.01]],
  FrequencyPenalty: ['frequency_penalty', [-2, 0, 2], [-2.01, 2.01]],
  PresencePenalty: ['presence_penalty', [-2, 0, 2], [-2.01, 2.01]],
  N: ['n', [1, 128], [0, 129, 1.5]],
  TopLogprobs: ['top_logprobs', [0, 20], [-1, 21, 0.5]],
  Seed: ['seed', [-1, 0, Number.MAX_SAFE_INTEGER], [0.5, 1e300]],
  BestOf: ['best_of', [0, 20], [-1, 21, 1.5]],
  Logprobs: ['logprobs', [0, 5], [-1, 6, 1.5]],
  MaxTokens: ['max_tokens', [0, 2 ** 31 - 1], [-1, 2 ** 31, 1.5]],
  Dimensions: ['dimensions', [1, 2 ** 31 - 1], [0, 2 ** 31, 1.5]],
  ImageN: ['n', [1, 10], [0, 11, 1.5]],
  Speed: ['speed', [0.25, 4], [0.24, 4.01]],
  NEpochs: ['n_epochs', [1, 50], [0, 51, 1.5]],
  StartIndex: ['start_index', [0, 7], [-1, 0.5]],
  EndIndex: ['end_index', [0, 7], [-1, 0.5]],
};

const STRINGS: Readonly<Record<string, [field: string, min: number, max: number]>> = {
  Name: ['name', 0, 256],
  Description: ['description', 0, 512],
  Instructions: ['instructions', 0, 256_000],
  InstructionsV1: ['instructions', 0, 32_768],
  Suffix: ['suffix', 1, 64],
};

type Create = ((value: number | string) => unknown) & { is: (value: unknown) => boolean; range: string };
const typeOf = (name: string) => (types as unknown as Record<string, Create>)[name] as Create;

function failureOf(create: () => unknown): refined.RefinedTypeError {
  try {
    create();
  } catch (error) {
    if (error instanceof RefinedTypeError) return error;
    throw error;
  }
  throw new Error('the value was accepted');
}

describe('refined types', () => {
  it.each(Object.entries(NUMBERS))('%s accepts the numbers of its range and refuses those outside', (name, row) => {
    const [field, allowed, refused] = row;
    const create = typeOf(name);
    for (const value of allowed) {
      expect(create(value)).toBe(value);
      expect(create.is(value)).toBe(true);
    }
    for (const value of refused) {
      const error = failureOf(() => create(value));
      expect(error).toMatchObject({ field, range: create.range });
      expect(error.message).toBe(`\`${field}\` must be ${create.range}, but is ${value}`);
      expect(create.is(value)).toBe(false);
    }
  });

  it.each(Object.entries(STRINGS))('%s accepts strings of its lengths and refuses others', (name, row) => {
    const [field, min, max] = row;
    const create = typeOf(name);
    const shortest = 'a'.repeat(min);
    expect(create(shortest)).toBe(shortest);
    expect(create.is('')).toBe(min === 0);
    // Each of these characters is two UTF-16 code units.
    const longest = '😀'.repeat(max);
    expect(create(longest)).toBe(longest);
    const error = failureOf(() => create(`${longest}a`));
    expect(error.message).toBe(`\`${field}\` must be ${create.range}, but has ${max + 1}`);
    expect(create.range).toBe(`a string of ${min === 0 ? 'at most' : `${min} to`} ${max} characters`);
  });

  it('names the type of a value that JavaScript code passes wrongly', () => {
    expect(failureOf(() => typeOf('Temperature')('1')).message).toBe(
      '`temperature` must be a number from 0 to 2, but is string',
    );
    expect(failureOf(() => typeOf('Name')(1)).message).toContain('but is number');
    expect(failureOf(() => typeOf('N')(null as never)).message).toBe(
      '`n` must be an integer from 1 to 128, but is null',
    );
  });

  it('lists every refined type in one of the tables of this test', () => {
    expect(Object.keys(types).toSorted()).toEqual([...Object.keys(NUMBERS), ...Object.keys(STRINGS)].toSorted());
  });

  it('takes its ranges from the schemas of the contract', () => {
    const { name } = CreateAssistantRequest.properties as unknown as Record<string, { maxLength: number }>;
    expect(refined.Name.range).toBe(`a string of at most ${name?.maxLength} characters`);
  });

  it('a refined value is assignable to the plain type, and a plain value not to a refined type', () => {
    const temperature: refined.Temperature = refined.Temperature(0.5);
    const plain: number = temperature;
    // @ts-expect-error A number is not checked.
    const unchecked: refined.Temperature = 0.5;
    // @ts-expect-error The types of two parameters differ.
    const other: refined.TopP = temperature;
    expect([plain, unchecked, other]).toEqual([0.5, 0.5, 0.5]);
  });
});
