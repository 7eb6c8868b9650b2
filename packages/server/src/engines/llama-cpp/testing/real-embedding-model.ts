/** The one place where a test learns of a converted all-MiniLM-L6-v2: SELFSAME_TEST_MINILM, the path of its GGUF file. */
export const realEmbeddingModelPath: string | undefined = process.env['SELFSAME_TEST_MINILM'];
