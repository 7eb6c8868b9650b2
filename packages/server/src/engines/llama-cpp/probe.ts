/** A program of its own, run by `selfsame doctor`: loads the native engine and prints what it is. Exits with 1 when it cannot. */
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
