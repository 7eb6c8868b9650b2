/** Requests to an embedding model in tests. */
import type { EmbeddingInput, EmbeddingModel } from '../embedding-model.ts';

export const embed = (model: EmbeddingModel, ...inputs: EmbeddingInput[]) =>
  model.doEmbed(
    { inputs, nameInput: (index) => `input[${index}]` },
    { signal: new AbortController().signal, priority: 'online' },
  );
