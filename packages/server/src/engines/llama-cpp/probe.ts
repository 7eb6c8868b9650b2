/** A program that `selfsame doctor` runs: loads the native engine and prints its kind. Exits with 1 on failure. */
import { getLlama } from 'node-llama-cpp';

try {
  const llama = await getLlama({ gpu: false, build: 'never', maxThreads: 1, progressLogs: false });
  process.stdout.write(
    `llama.cpp loads (${llama.gpu === false ? 'CPU' : llama.gpu}, ${llama.cpuMathCores} physical cores)\n`,
  );
  await llama.dispose();
} catch (error) {
  process.stderr.write(`${(error as Error).message}\n`);
  process.exitCode = 1;
}
