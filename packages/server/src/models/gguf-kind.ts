/** The kind of model in a GGUF file, by the file's metadata. */
import { MODEL_KIND_FACTS, MODEL_KINDS, type ModelKind } from '../engines/model-kinds.ts';
import { readGgufMetadata } from './formats/gguf-reader.ts';

export interface GgufDescription {
  kind: ModelKind;
  hasChatTemplate: boolean;
  /** Whether the chat template renders the definitions of functions. */
  hasFunctions: boolean;
}

export async function describeGguf(path: string): Promise<GgufDescription> {
  const metadata = await readGgufMetadata(path);
  const architecture = String(metadata.get('general.architecture'));
  const pooling = metadata.get(`${architecture}.pooling_type`);
  const use = { architecture, poolingType: typeof pooling === 'number' ? pooling : undefined };
  const template = metadata.get('tokenizer.chat_template');
  return {
    kind: MODEL_KINDS.find((kind) => MODEL_KIND_FACTS[kind].matchesGguf(use)) ?? 'chat',
    hasChatTemplate: template !== undefined,
    hasFunctions: typeof template === 'string' && /\btools\b/.test(template),
  };
}
