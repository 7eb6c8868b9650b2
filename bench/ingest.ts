/**
 * Measures ingestion into a vector store relative to embedding: text files through the API until their batch is
 * completed (extracted, chunked, counted, embedded, indexed) against the bare embedding engine over the same chunks,
 * with the same model and threads, in alternating pairs. Prints the ratio of chunks per second for each pair with the
 * median (aim: ≥ 0.9).
 *
 *   node bench/ingest.ts EMBEDDING_MODEL.gguf|ONNX_FOLDER [threads] [pairs] [files] [KiB per file]
 *     (default 1 5 8 40; some minutes)
 */
import { statSync } from 'node:fs';
import { loadavg } from 'node:os';
import { join, resolve } from 'node:path';
import Database from 'better-sqlite3';
import type { EmbeddingModel } from '../packages/server/src/engines/embedding-model.ts';
import { createLlamaCppEmbeddingModel } from '../packages/server/src/engines/llama-cpp/embedding-model.ts';
import { createOnnxEmbeddingModel } from '../packages/server/src/engines/onnx/embedding-model.ts';
import { uploadFile } from '../testing/request.ts';
import { untilValue } from '../testing/until.ts';
import { median } from './pairs.ts';
import { ask, serve } from './served.ts';

const [path = '', threads = '1', pairs = '5', files = '8', kibibytes = '40'] = process.argv.slice(2);
if (path === '') throw new Error('Give the path of a GGUF embedding model or of a folder with an ONNX one.');
const POLL = { timeoutMs: 1_800_000, intervalMs: 100 };
const INPUTS_PER_REQUEST = 32;
const WORDS =
  'time year people way day man thing woman life child world school state family student group country problem hand part place case week company system program question work government number night point home water hall mother area money story fact month lot right study book eye job word business issue side kind head house service friend father power hour game line end member law car city community name president team minute idea kid body information back parent face others level office door health person art war history party result change morning reason research girl guy moment air teacher force education'.split(
    ' ',
  );

/** Paragraphs of sentences of six to seventeen words, different for each file. */
function textOf(file: number): string {
  const sentences: string[] = [];
  let length = 0;
  for (let i = 0; length < Number(kibibytes) * 1024; i += 1) {
    const words = Array.from(
      { length: 6 + ((i * 5 + file) % 12) },
      (_, w) => WORDS[(i * 31 + w * (7 + (i % 13)) + file * 17) % WORDS.length],
    );
    const sentence = `${words.join(' ')} ${file}-${i}.${i % 6 === 5 ? '\n\n' : ' '}`;
    length += sentence.length;
    sentences.push(sentence);
  }
  return sentences.join('');
}

function openBare(): EmbeddingModel {
  const log = {
    info: () => undefined,
    warn: () => undefined,
    error: (_: object, text: string) => process.stderr.write(`${text}\n`),
  };
  const options = { modelId: 'bare', path: resolve(path), threads: Number(threads), log };
  return statSync(path).isDirectory() ? createOnnxEmbeddingModel(options) : createLlamaCppEmbeddingModel(options);
}

interface Batch {
  id: string;
  status: string;
  file_counts: { completed: number };
}

const { url, folder, stop } = await serve({ MODELS: resolve(path), BUILT_IN: 'false', THREADS: threads });

async function ingest(fileIds: readonly string[]): Promise<{ ms: number; storeId: string }> {
  const { id: storeId } = await ask<{ id: string }>(`${url}/vector_stores`, {});
  const startedAt = performance.now();
  const path = `${url}/vector_stores/${storeId}/file_batches`;
  const { id } = await ask<Batch>(path, { file_ids: fileIds });
  const batch = await untilValue(
    () => ask<Batch>(`${path}/${id}`),
    ({ status }) => status !== 'in_progress',
    POLL,
  );
  if (batch.file_counts.completed !== fileIds.length) throw new Error(`ingestion: ${JSON.stringify(batch)}`);
  return { ms: performance.now() - startedAt, storeId };
}

/** Chunks as they are embedded, including the overlap with their neighbours, which the API omits. */
function chunksOf(storeId: string): string[] {
  const database = new Database(join(folder, 'selfsame.db'), { readonly: true });
  const texts = database
    .prepare(
      'SELECT text FROM text_chunks AS t JOIN vector_store_files AS f ON f.key = t.key / 1048576 WHERE f.store_id = ? ORDER BY t.key',
    )
    .pluck()
    .all(storeId) as string[];
  database.close();
  return texts;
}

async function embed(model: EmbeddingModel, texts: readonly string[]): Promise<number> {
  const startedAt = performance.now();
  const options = { signal: new AbortController().signal, priority: 'online' } as const;
  for (let i = 0; i < texts.length; i += INPUTS_PER_REQUEST) {
    await model.doEmbed({ inputs: texts.slice(i, i + INPUTS_PER_REQUEST), nameInput: String }, options);
  }
  return performance.now() - startedAt;
}

const bare = openBare();
try {
  const fileIds: string[] = [];
  for (let i = 0; i < Number(files); i += 1) {
    fileIds.push(await uploadFile(url, new File([textOf(i)], `text-${i}.txt`)));
  }
  const warm = await ingest(fileIds.slice(0, 1));
  await embed(bare, chunksOf(warm.storeId));
  const { storeId } = await ingest(fileIds);
  const texts = chunksOf(storeId);
  const rate = (ms: number) => `${((texts.length * 1000) / ms).toFixed(1)} chunks/s`;
  const ratios: number[] = [];
  for (let pair = 0; pair < Number(pairs); pair += 1) {
    const first = pair % 2 === 0 ? await embed(bare, texts) : undefined;
    const ours = await ingest(fileIds);
    const bareMs = first ?? (await embed(bare, texts));
    ratios.push(bareMs / ours.ms);
    process.stdout.write(`pair ${pair}: ingestion ${rate(ours.ms)}, bare engine ${rate(bareMs)}\n`);
  }
  process.stdout.write(
    `${texts.length} chunks of ${files} files, median of ${ratios.length} pairs: ratio ${median(ratios).toFixed(3)}; load ${loadavg()[0]?.toFixed(1)}\n`,
  );
} finally {
  await bare.close();
  await stop();
}
process.exit();
