/** `stream` and `stream_options`, alike for every endpoint that streams text. Pure. */
import type { ChatCompletionStreamOptions } from '@selfsame/contract';
import { errors } from '../errors/catalogue.ts';

export interface StreamOptions {
  /** One more event at the end, which has the usage; the others have null for it. */
  includeUsage: boolean;
  /** Pad the events, so that their sizes do not tell the lengths of their texts. */
  obfuscate: boolean;
}

interface StreamParams {
  stream?: boolean | null;
  stream_options?: ChatCompletionStreamOptions;
}

/** Throws when there are options for a stream that was not asked for. */
export function toStreamOptions({ stream, stream_options: options }: StreamParams): StreamOptions {
  if (options !== undefined && options !== null && stream !== true) {
    throw errors.invalidValue(
      'stream_options',
      "The 'stream_options' parameter is only allowed when 'stream' is enabled.",
    );
  }
  return {
    includeUsage: options?.include_usage === true,
    obfuscate: options?.include_obfuscation === true,
  };
}
