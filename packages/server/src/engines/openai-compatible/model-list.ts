/** What an upstream says of its models at `GET /models`, and a guess at what each of them does. Pure. */

export interface ListedModel {
  id: string;
  /** Unix seconds; 0 where it does not say. */
  createdAt: number;
  /** Most tokens of prompt and completion, where it says so (`max_model_len` of vLLM and SGLang). */
  contextTokens?: number;
}

/** Undefined where the text is no list of models. */
export function parseModelList(text: string): ListedModel[] | undefined {
  let data: unknown;
  try {
    data = (JSON.parse(text) as { data?: unknown } | null)?.data;
  } catch {
    return undefined;
  }
  if (!Array.isArray(data)) return undefined;
  return data.flatMap((entry: unknown) => {
    const { id, created, max_model_len: context } = (entry ?? {}) as Record<string, unknown>;
    if (typeof id !== 'string' || id === '') return [];
    return [
      {
        id,
        createdAt: typeof created === 'number' ? Math.floor(created) : 0,
        ...(typeof context === 'number' && context > 0 ? { contextTokens: context } : {}),
      },
    ];
  });
}

const EMBEDDING = /embed|(^|[/_.-])(bge|gte|e5|minilm|mpnet|sbert|jina-clip)([-_.:]|$)|sentence-transformers/i;
const NEITHER =
  /whisper|transcri|(^|[/_.-])tts([-_.]|$)|dall-e|image|moderation|guard|sora|realtime|-audio|rerank|flux|stable-diffusion|diarize/i;

/**
 * The API does not tell what a model does, so this goes by its name; undefined = neither writes nor embeds, by its name.
 * A model that is named in the configuration says so itself.
 */
export function guessKind(id: string): 'chat' | 'embedding' | undefined {
  if (EMBEDDING.test(id)) return 'embedding';
  return NEITHER.test(id) ? undefined : 'chat';
}
