/** Generates text under a grammar with a wild model in the test process. Tests of grammars need no engine process. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  getLlama,
  LlamaGrammar,
  LlamaGrammarEvaluationState,
  LlamaLogLevel,
  type LlamaModel,
  type Token,
  TokenBias,
} from 'node-llama-cpp';
import { CharacterGuard } from '../character-guard.ts';
import { createTokenPieces } from '../token-pieces.ts';
import { writeTinyModel } from './tiny-model.ts';

export interface GrammarWriter {
  /** Generates an answer. `start` is the forced start of the answer, as far as the grammar allows it. */
  write(grammar: string, seed: number, start?: string): Promise<{ text: string; ended: boolean }>;
  /** Whether the grammar accepts the whole text. */
  accepts(grammar: string, text: string): boolean;
  close(): Promise<void>;
}

/** Functions of the native binding that its types omit. */
interface Bindings {
  _bindings: {
    AddonSampler: {
      canBeNextTokenForGrammarEvaluationState(state: unknown, token: Token): boolean;
      acceptGrammarEvaluationStateToken(state: unknown, token: Token): void;
    };
  };
}

const MAX_TOKENS = 600;
/** Logit that outweighs all other tokens. */
const CERTAIN_LOGIT = 10_000;

export async function createGrammarWriter(): Promise<GrammarWriter> {
  const folder = mkdtempSync(join(tmpdir(), 'selfsame-grammar-'));
  const modelPath = join(folder, 'wild.gguf');
  await writeTinyModel(modelPath, { wild: true });
  const llama = await getLlama({ gpu: false, build: 'never', maxThreads: 1, logLevel: LlamaLogLevel.error });
  const model = await llama.loadModel({ modelPath });
  const sequence = (await model.createContext({ contextSize: 2048, sequences: 1 })).getSequence();
  const guard = createGuard(model);
  return {
    async write(grammar, seed, start = '') {
      const forced = start === '' ? [] : model.tokenize(start);
      await sequence.clearHistory();
      const state = new LlamaGrammarEvaluationState({ model, grammar: new LlamaGrammar(llama, { grammar }) });
      const bias = guard.watch({ logitBias: undefined, shown: new Set() });
      const tokens: Token[] = [];
      for await (const token of sequence.evaluate(model.tokenize('json '), {
        // A high temperature, so that only the grammar keeps the text valid.
        temperature: 1.5,
        // null disables top-k, because the grammar may forbid the 40 most likely tokens.
        topK: null as unknown as number,
        seed,
        grammarEvaluationState: state,
        tokenBias: () => {
          const next = forced[tokens.length];
          return next === undefined ? bias(tokens) : TokenBias.for(model).set(next, { logit: CERTAIN_LOGIT });
        },
        yieldEogToken: true,
      })) {
        if (model.isEogToken(token)) return { text: model.detokenize(tokens), ended: true };
        tokens.push(token);
        if (tokens.length === MAX_TOKENS) break;
      }
      return { text: model.detokenize(tokens), ended: false };
    },
    accepts(grammar, text) {
      const evaluation = new LlamaGrammarEvaluationState({ model, grammar: new LlamaGrammar(llama, { grammar }) });
      const { _state: state } = evaluation as unknown as { _state: unknown };
      const { AddonSampler } = (llama as unknown as Bindings)._bindings;
      const take = (token: Token): boolean => {
        if (!AddonSampler.canBeNextTokenForGrammarEvaluationState(state, token)) return false;
        AddonSampler.acceptGrammarEvaluationStateToken(state, token);
        return true;
      };
      const end = model.tokens.eos ?? model.tokens.eot;
      return model.tokenize(text).every(take) && end !== null && take(end);
    },
    async close() {
      await llama.dispose();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

function createGuard(model: LlamaModel): CharacterGuard {
  const vocabulary = model.fileInfo.metadata.tokenizer.ggml;
  return new CharacterGuard({
    tokenizer: model.tokenizer,
    vocabularyTokens: vocabulary.tokens.length,
    pieceOf: createTokenPieces(vocabulary),
    isEnd: (token) => model.isEogToken(token),
  });
}
