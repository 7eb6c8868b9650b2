import { silentLog } from '../child-process/testing/silent-log.ts';
import { runMiniLmReference } from '../testing/mini-lm-reference.ts';
import { createLlamaCppEmbeddingModel } from './embedding-model.ts';

runMiniLmReference('SELFSAME_TEST_MINILM', (path) =>
  createLlamaCppEmbeddingModel({ modelId: 'minilm', path, log: silentLog }),
);
