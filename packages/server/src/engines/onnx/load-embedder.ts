/**
 * Loads a folder with an ONNX embedding model in its engine process. Invariants: nothing is fetched, whatever the
 * folder names; one input is one call of the network, unpadded, so that its vector hangs on nothing else; every tensor
 * is given back at once.
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

/** An encoder takes an input at once, with buffers that grow with the square of it. */
const MAX_INPUT_TOKENS = 2048;
/** Of the size of the network: its weights once as they are and once as the kernels want them, while it loads. */
const MEMORY_FACTOR = 2;
/** Architectures whose positions are counted from behind the padding's id. */
const OFFSET_POSITIONS = new Set(['roberta', 'xlm-roberta', 'camembert', 'mpnet']);

/**
 * The one letter whose lower case hangs on its place for JavaScript; the tokenizers that the models were trained with
 * do not look around.
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
  // The first call also tells how long a vector is.
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
    // Whatever numbers the file holds: this says only that nothing is added to its name.
    dtype: 'fp32',
    device: 'cpu',
    session_options: { intraOpNumThreads: threads, interOpNumThreads: 1 },
  });
}

function limitOf(config: ModelConfig, tokenizer: PreTrainedTokenizer): number {
  const { model_type: type = '', max_position_embeddings: places = MAX_INPUT_TOKENS, pad_token_id: pad = 0 } = config;
  const usable = OFFSET_POSITIONS.has(type) ? places - pad - 1 : places;
  return Math.min(MAX_INPUT_TOKENS, usable, tokenizer.model_max_length ?? MAX_INPUT_TOKENS);
}

/** What a tokenizer puts around every input is learnt from one. */
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
    // The collector does not know how much native memory hangs on them.
    for (const tensor of [...Object.values(inputs), ...Object.values(outputs)]) tensor.dispose();
  }
}

/** A network that was exported with its pooling inside gives the vector itself. */
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
  // A view of what is given back in a moment would not do.
  return whole === undefined ? pool(values, tensor.dims.at(-1) ?? 0, pooling).slice() : values.slice();
}
