/** Adapter: GGUF embedding models through llama.cpp, in a separate process behind the embedding-model door. */
import { fileURLToPath } from 'node:url';
import { ChildEmbeddingModel, type EmbedderOptions } from '../child-process/embedding-model.ts';

/** The script beside this file, with this file's own extension: `.ts` in the repository, `.js` when published. */
const PROGRAM = fileURLToPath(import.meta.url).replace(/embedding-model(\.[jt]s)$/, 'embedding-child$1');

/** `path`: a GGUF file. */
export function createLlamaCppEmbeddingModel(options: EmbedderOptions): ChildEmbeddingModel {
  return new ChildEmbeddingModel({ ...options, program: PROGRAM });
}
