/** Pools the states of an input's tokens to one vector, as the files of sentence-transformers configure it. */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';

/** Supported settings of `Pooling/config.json`. Others are refused. */
const MODES = {
  pooling_mode_mean_tokens: 'mean',
  // Differs from the mean in length only, and every vector is scaled to length 1.
  pooling_mode_mean_sqrt_len_tokens: 'mean',
  pooling_mode_cls_token: 'first',
  pooling_mode_max_tokens: 'max',
  pooling_mode_lasttoken: 'last',
  pooling_mode_weightedmean_tokens: 'weighted mean',
} as const;

export type Pooling = (typeof MODES)[keyof typeof MODES];

interface Module {
  type: string;
  path: string;
}

/** The configuration is not supported. The message completes a sentence that names the folder. */
export class PoolingError extends Error {
  override readonly name = 'PoolingError';
}

/**
 * Reads `modules.json` and the pooling that it names; without these files, returns the mean of all tokens, which most
 * encoders use. Throws `PoolingError` if the model has a further layer or combines several poolings.
 */
export async function readPooling(folder: string): Promise<Pooling> {
  const modules = await readJson<Module[]>(join(folder, 'modules.json'));
  const foreign = modules?.find(({ type }) => !/\.(Transformer|Pooling|Normalize)$/.test(type));
  if (foreign !== undefined) {
    throw new PoolingError(
      `has a layer behind its network, ${foreign.type}, that is not computed here; export it with that layer inside`,
    );
  }
  const path = modules?.find(({ type }) => type.endsWith('.Pooling'))?.path ?? '1_Pooling';
  const config = await readJson<Record<string, unknown>>(join(folder, path, 'config.json'));
  if (config === undefined) return 'mean';
  const asked = Object.keys(config).filter((key) => key.startsWith('pooling_mode_') && config[key] === true);
  const [mode] = asked;
  if (mode === undefined || asked.length > 1 || !Object.hasOwn(MODES, mode)) {
    throw new PoolingError(`is pooled by ${asked.join(' and ') || 'nothing'}, which is not computed here`);
  }
  return MODES[mode as keyof typeof MODES];
}

async function readJson<T>(path: string): Promise<T | undefined> {
  const text = await readFile(path, 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return undefined;
    throw error;
  });
  return text === undefined ? undefined : (JSON.parse(text) as T);
}

/** `states`: consecutive states of `dimensions` numbers each, at least one. The vector has any length. */
export function pool(states: Float32Array, dimensions: number, pooling: Pooling): Float32Array | Float64Array {
  if (pooling === 'first') return states.subarray(0, dimensions);
  if (pooling === 'last') return states.subarray(states.length - dimensions);
  const pooled = new Float64Array(dimensions).fill(pooling === 'max' ? Number.NEGATIVE_INFINITY : 0);
  for (let at = 0, position = 1; at < states.length; at += dimensions, position += 1) {
    for (let i = 0; i < dimensions; i++) {
      const value = states[at + i] ?? 0;
      const before = pooled[i] ?? 0;
      if (pooling === 'max') pooled[i] = Math.max(before, value);
      // A sum is enough, because vectors are scaled to length 1 afterwards.
      else pooled[i] = before + (pooling === 'weighted mean' ? position * value : value);
    }
  }
  return pooled;
}
