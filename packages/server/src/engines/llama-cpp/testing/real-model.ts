/** Path of a downloaded GGUF file for tests. Only fixtures may read the environment. */
export const realModelPath: string | undefined = process.env['SELFSAME_TEST_MODEL'];
