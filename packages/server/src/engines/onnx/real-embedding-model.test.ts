import { silentLog } from '../child-process/testing/silent-log.ts';
import { runMiniLmReference } from '../testing/mini-lm-reference.ts';
import { createOnnxEmbeddingModel } from './embedding-model.ts';

runMiniLmReference('SELFSAME_TEST_MINILM_ONNX', (path) =>
  createOnnxEmbeddingModel({ modelId: 'minilm', path, log: silentLog }),
);
