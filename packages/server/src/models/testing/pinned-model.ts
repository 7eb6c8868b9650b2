/** A model whose size and checksum the catalogue pins, for tests of pulls. */
import type { PullableModel } from '../catalogue/catalogue-model.ts';
import { sha256 } from './model-bytes.ts';

export function pinnedModel(sources: readonly string[], body: Buffer): PullableModel {
  return {
    id: 'tiny',
    kind: 'chat',
    label: 'A file for tests.',
    bytes: body.length,
    sha256: sha256(body),
    file: 'tiny.gguf',
    licence: { id: 'MIT', url: 'https://example.org/licence' },
    sources,
  };
}
