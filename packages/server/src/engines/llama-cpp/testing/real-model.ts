/** The one place where a test learns of a downloaded model: SELFSAME_TEST_MODEL, the path of a GGUF file. A fixture, so it may look. */
export const realModelPath: string | undefined = process.env['SELFSAME_TEST_MODEL'];
