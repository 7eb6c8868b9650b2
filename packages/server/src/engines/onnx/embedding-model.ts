/**
 * Adapter: ONNX embedding models through transformers.js, in a separate process behind the embedding-model door.
 */
import { fileURLToPath } from 'node:url';
import { ChildEmbeddingModel, type EmbedderOptions } from '../child-process/embedding-model.ts';

/** The script beside this file with the same extension: `.ts` in the repository, `.js` in the package. */
const PROGRAM = fileURLToPath(import.meta.url).replace(/embedding-model(\.[jt]s)$/, 'embedding-child$1');

/** `path`: a folder with `config.json`, `tokenizer.json` and `onnx/model.onnx`. No other file is read. */
export function createOnnxEmbeddingModel(options: EmbedderOptions): ChildEmbeddingModel {
  return new ChildEmbeddingModel({ ...options, program: PROGRAM });
}
