/** Starts the llama.cpp library in an engine process: on the CPU, with the binaries of its package. */
import { getLlama, type Llama, LlamaLogLevel } from 'node-llama-cpp';
import type { LogLevel } from '../child-process/engine-protocol.ts';

export function startLlama(threads: number, log: (level: LogLevel, message: string) => void): Promise<Llama> {
  return getLlama({
    gpu: false,
    build: 'never',
    skipDownload: true,
    progressLogs: false,
    maxThreads: threads,
    logLevel: LlamaLogLevel.warn,
    logger: (level, message) =>
      log(level === LlamaLogLevel.error || level === LlamaLogLevel.fatal ? 'error' : 'info', message.trim()),
  });
}
