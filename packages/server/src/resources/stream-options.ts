/** Reads `stream` and `stream_options`, shared by all endpoints that stream text. Pure. */
import type { ChatCompletionStreamOptions } from '@selfsame/contract';
import { errors } from '../errors/catalogue.ts';

export interface StreamOptions {
  /** A last event has the usage; all others have null for it. */
  includeUsage: boolean;
  /** Pads the events, so that their sizes do not reveal the lengths of their texts. */
  obfuscate: boolean;
}

interface StreamParams {
  stream?: boolean | null;
  stream_options?: ChatCompletionStreamOptions;
}

/** @throws ApiError for stream options without a stream. */
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
