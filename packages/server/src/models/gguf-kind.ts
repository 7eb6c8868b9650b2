/** What a GGUF file is good for, told by what it says of itself: to write, or to embed. */

import type { ModelKind } from './catalogue.ts';
import { readGgufMetadata } from './formats/gguf-reader.ts';

/** Architectures that have no other use than vectors. */
const ENCODERS = new Set([
  'bert',
  'nomic-bert',
  'nomic-bert-moe',
  'jina-bert-v2',
  'jina-bert-v3',
  'modern-bert',
  'neo-bert',
  'eurobert',
  'gemma-embedding',
]);

export interface GgufUse {
  /** `embedding` for encoders and for models whose file says how their vectors are pooled; `chat` for everything else. */
  kind: ModelKind;
  /** Whether the file says how a conversation is written for the model. */
  hasChatTemplate: boolean;
  /** Whether that template shows the model the functions it may call. */
  knowsFunctions: boolean;
}

export async function readGgufUse(path: string): Promise<GgufUse> {
  const metadata = await readGgufMetadata(path);
  const architecture = String(metadata.get('general.architecture'));
  const pooling = metadata.get(`${architecture}.pooling_type`);
  const embeds = ENCODERS.has(architecture) || (typeof pooling === 'number' && pooling > 0);
  const template = metadata.get('tokenizer.chat_template');
  return {
    kind: embeds ? 'embedding' : 'chat',
    hasChatTemplate: template !== undefined,
    knowsFunctions: typeof template === 'string' && /\btools\b/.test(template),
  };
}
