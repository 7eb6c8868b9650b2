/** The program of a GGUF embedding model's process: the only one that runs node-llama-cpp for vectors. */
import { serveEmbedder } from '../child-process/serve-embedder.ts';
import { loadEmbedder } from './load-embedder.ts';

serveEmbedder(loadEmbedder, 'file');
