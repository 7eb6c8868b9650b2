/**
 * A model for tests that generates a text in given pieces of bytes, which may split characters. It emits text only when
 * a character is complete, as real vocabularies do.
 */
import { StringDecoder } from 'node:string_decoder';
import type { GenerateEvent, LanguageModel, TokenLogprob } from '../../engines/language-model.ts';

/** @param ends end of each token in bytes of the text; the last one is the end of the text. */
export function createByteModel(text: string, ends: readonly number[]): LanguageModel {
  return {
    modelId: 'bytes',
    fingerprint: 'fp_bytes',
    capabilities: {
      contextTokens: 8192,
      parallelRequests: 2,
      temperature: [0, 2],
      supportsSeed: true,
      features: ['logprobs'],
    },
    async *doGenerate(request): AsyncGenerator<GenerateEvent> {
      yield { type: 'start', promptTokens: 1, cachedTokens: 0 };
      const decoder = new StringDecoder('utf8');
      const bytes = Buffer.from(text, 'utf8');
      for (const [i, end] of ends.entries()) {
        const piece = bytes.subarray(ends[i - 1] ?? 0, end);
        const logprob = toLogprob(piece, i);
        const token = { type: 'token' as const, text: decoder.write(piece) };
        yield request.topLogprobs === undefined ? token : { ...token, logprob };
      }
      yield { type: 'finish', reason: 'stop' };
    },
    close: () => Promise.resolve(),
  };
}

function toLogprob(bytes: Buffer, position: number): TokenLogprob {
  return { token: bytes.toString('utf8'), bytes: [...bytes], logprob: -1 - position, top: [] };
}
