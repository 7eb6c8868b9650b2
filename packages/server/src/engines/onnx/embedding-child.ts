/** The program of an ONNX embedding model's process. */
import { serveEmbedder } from '../child-process/serve-embedder.ts';
import { loadEmbedder } from './load-embedder.ts';

serveEmbedder(loadEmbedder, 'folder');
