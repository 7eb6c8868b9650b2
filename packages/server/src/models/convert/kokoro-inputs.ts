/** Names of the inputs in the folder of the conversion of Kokoro-82M. Lexicons: the better one first. */
export const KOKORO_INPUTS = {
  network: 'kokoro-int8.onnx',
  voices: 'kokoro-js.tgz',
  lexicons: {
    'en-US': ['us_gold.json', 'us_silver.json'],
    'en-GB': ['gb_gold.json', 'gb_silver.json'],
  },
} as const;
