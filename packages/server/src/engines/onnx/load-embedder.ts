/**
 * Loads a folder with an ONNX embedding model in its engine process. Invariants: nothing is downloaded; each input is
 * one unpadded call of the network, so that its vector does not depend on other inputs; tensors are disposed after use.
 */
import {
  AutoModel,
  AutoTokenizer,
  env,
  type PreTrainedModel,
  type PreTrainedTokenizer,
  Tensor,
} from '@huggingface/transformers';
import { toUnitVector } from '../../lib/unit-vector.ts';
import { findOnnxFile, type OnnxFile } from '../../models/formats/onnx-folder.ts';
import type { EmbedderSettings } from '../child-process/embedding-protocol.ts';
import type { Embedder } from '../child-process/embedding-turns.ts';
import { UnfitModel, unusable } from '../child-process/failure.ts';
import { claimMemory } from '../child-process/memory.ts';
import type { LoadEmbedder } from '../child-process/serve-embedder.ts';
import { type Pooling, PoolingError, pool, readPooling } from './pooling.ts';

/** An encoder's buffers grow quadratically with the length of the input. */
const MAX_INPUT_TOKENS = 2048;
/** Memory while loading, relative to the file: the weights in the layout of the file and in that of the kernels. */
const MEMORY_FACTOR = 2;
/** Architectures whose positions start after the id of the padding token. */
const OFFSET_POSITIONS = new Set(['roberta', 'xlm-roberta', 'camembert', 'mpnet']);

/**
 * The only letter whose lower case in JavaScript depends on its position. The tokenizers of the training ignore the
 * position.
 */
const CAPITAL_SIGMA = '\u03a3';
const SMALL_SIGMA = '\u03c3';

interface ModelConfig {
  model_type?: string;
  vocab_size?: number;
  max_position_embeddings?: number;
  pad_token_id?: number;
}

env.allowRemoteModels = false;
env.useFSCache = false;

export const loadEmbedder: LoadEmbedder<number> = async (settings) => {
  const started = performance.now();
  const { model, tokenizer, pooling } = await open(settings);
  const config = model.config as ModelConfig;
  const tokenize = createTokenize(tokenizer);
  const embed = async (tokens: readonly number[]) => toUnitVector(await run(model, tokens, pooling));
  // The first call also returns the number of dimensions.
  const { length: dimensions } = await embed(tokenize('a'));
  const inputTokens = Math.min(settings.inputTokens ?? MAX_INPUT_TOKENS, limitOf(config, tokenizer));
  const vocabulary = config.vocab_size ?? tokenizer.get_vocab().size;
  const facts = { dimensions, inputTokens, loadMs: Math.round(performance.now() - started) };
  return {
    facts,
    embedder: { limit: inputTokens, vocabulary, tokenize, embed: (inputs) => Promise.all(inputs.map(embed)) },
  };
};

async function open({ modelId, path, threads }: EmbedderSettings) {
  const network = await findOnnxFile(path);
  if (network === undefined) throw unusable(`The folder of '${modelId}' holds no onnx/model.onnx.`);
  await claimMemory(MEMORY_FACTOR * network.bytes);
  const pooling = await readPooling(path).catch((error: unknown) => {
    throw error instanceof PoolingError ? new UnfitModel(`it ${error.message}`) : error;
  });
  const tokenizer = await AutoTokenizer.from_pretrained(path, { local_files_only: true });
  return { model: await openModel(path, network, threads), tokenizer, pooling };
}

function openModel(path: string, { subfolder, name }: OnnxFile, threads: number): Promise<PreTrainedModel> {
  return AutoModel.from_pretrained(path, {
    local_files_only: true,
    subfolder,
    model_file_name: name,
    // 'fp32' only means that no suffix is added to the file name, regardless of the contents of the file.
    dtype: 'fp32',
    device: 'cpu',
    session_options: { intraOpNumThreads: threads, interOpNumThreads: 1 },
  });
}

function limitOf(config: ModelConfig, tokenizer: PreTrainedTokenizer): number {
  const {
    model_type: type = '',
    max_position_embeddings: positions = MAX_INPUT_TOKENS,
    pad_token_id: pad = 0,
  } = config;
  const usable = OFFSET_POSITIONS.has(type) ? positions - pad - 1 : positions;
  return Math.min(MAX_INPUT_TOKENS, usable, tokenizer.model_max_length ?? MAX_INPUT_TOKENS);
}

/** Determines the special tokens around every input from an example. */
function createTokenize(tokenizer: PreTrainedTokenizer): Embedder<number>['tokenize'] {
  const bare = tokenizer.encode('a', { add_special_tokens: false });
  const framed = tokenizer.encode('a');
  const at = framed.findIndex((_, start) => bare.every((id, i) => framed[start + i] === id));
  const before = framed.slice(0, Math.max(0, at));
  const after = framed.slice(before.length + bare.length);
  const [capital, small] = [tokenizer.encode(CAPITAL_SIGMA), tokenizer.encode(SMALL_SIGMA)];
  const lowers = capital.every((id, i) => id === small[i]);
  const toPlain = (text: string) => (lowers ? text.replaceAll(CAPITAL_SIGMA, SMALL_SIGMA) : text);
  return (input) => {
    if (typeof input === 'string') return tokenizer.encode(toPlain(input));
    const hasBefore = before.every((id, i) => input[i] === id);
    const hasAfter =
      input.length >= after.length && after.every((id, i) => input[input.length - after.length + i] === id);
    return [...(hasBefore ? [] : before), ...input, ...(hasAfter ? [] : after)];
  };
}

async function run(model: PreTrainedModel, tokens: readonly number[], pooling: Pooling) {
  const ids = BigInt64Array.from(tokens, BigInt);
  const inputs = {
    input_ids: new Tensor('int64', ids, [1, ids.length]),
    attention_mask: new Tensor('int64', new BigInt64Array(ids.length).fill(1n), [1, ids.length]),
    token_type_ids: new Tensor('int64', new BigInt64Array(ids.length), [1, ids.length]),
  };
  const outputs = (await model(inputs)) as Record<string, Tensor>;
  try {
    return vectorOf(outputs, pooling);
  } finally {
    // The garbage collector does not see the native memory of tensors.
    for (const tensor of [...Object.values(inputs), ...Object.values(outputs)]) tensor.dispose();
  }
}

/** A network that was exported with its pooling returns the vector directly. */
function vectorOf(outputs: Readonly<Record<string, Tensor>>, pooling: Pooling): Float32Array | Float64Array {
  const whole = outputs['sentence_embedding'];
  const states = outputs['last_hidden_state'] ?? outputs['token_embeddings'];
  const tensor = whole ?? states;
  if (tensor === undefined || tensor.type !== 'float32') {
    const found = Object.entries(outputs).map(([name, { type }]) => `${name} (${type})`);
    throw new UnfitModel(
      `it gives ${found.join(', ')} instead of a last_hidden_state or sentence_embedding of float32`,
    );
  }
  const values = tensor.data as Float32Array;
  // A copy, because the tensor is disposed afterwards.
  return whole === undefined ? pool(values, tensor.dims.at(-1) ?? 0, pooling).slice() : values.slice();
}
