/** The program of a Whisper process: loads the model, receives recordings piece by piece, sends segments. */

import { readWhisperFile, WhisperFileError, type WhisperShape } from '../../models/formats/whisper-file.ts';
import type { FromEngine, ToEngine } from '../child-process/engine-protocol.ts';
import { toFailure, toLoadFailure, UnfitModel } from '../child-process/failure.ts';
import { runUntilParentExits } from '../child-process/heartbeat.ts';
import { claimMemory } from '../child-process/memory.ts';
import { createEventChannel, type EventChannel } from '../event-channel.ts';
import type { LoadedWhisper } from './decode-window.ts';
import { loadNetworks } from './networks.ts';
import type {
  AudioMessage,
  TranscribeMessage,
  WhisperEvent,
  WhisperFacts,
  WhisperSettings,
  WhisperTask,
} from './protocol.ts';
import { DEFAULT_VOICE_ACTIVITY } from './speech-spans.ts';
import { SpeechWindows } from './speech-windows.ts';
import { transcribe } from './transcribe.ts';
import { Turns } from './turns.ts';
import { createVocabulary } from './vocabulary.ts';
import { loadVoiceDetector, type VoiceDetector } from './voice-detector.ts';

interface Loaded {
  whisper: LoadedWhisper;
  createDetector(): VoiceDetector;
}

interface Running {
  audio: EventChannel<AudioMessage>;
  stop: AbortController;
}

/** Memory of a loaded number: in single precision, and in the layout of the kernels. */
const BYTES_PER_NUMBER = 8;
/** Memory of what a model computes. */
const WORKING_BYTES = 250_000_000;

const turns = new Turns();
const running = new Map<number, Running>();
let loaded: Loaded | undefined;

function send(message: FromEngine<WhisperFacts, WhisperEvent>): void {
  process.send?.(message);
}

async function load({ modelId, path, threads }: WhisperSettings): Promise<void> {
  const started = performance.now();
  try {
    const file = await readWhisperFile(path).catch((error: unknown) => {
      throw error instanceof WhisperFileError ? new UnfitModel(`it ${error.message}`) : error;
    });
    await claimMemory(countNumbers(file.shape) * BYTES_PER_NUMBER + WORKING_BYTES);
    const networks = await loadNetworks(file, threads);
    const vocabulary = createVocabulary(file);
    loaded = { whisper: { networks, vocabulary }, createDetector: await loadVoiceDetector() };
    globalThis.gc?.();
    const facts = { languages: vocabulary.languages, translates: vocabulary.isMultilingual };
    send({ type: 'loaded', facts: { ...facts, loadMs: Math.round(performance.now() - started) } });
  } catch (error) {
    send({ type: 'unloadable', failure: toLoadFailure(error, { modelId, what: 'file' }) });
  }
}

/** The matrices of all layers, and the vocabulary. */
function countNumbers({ audioLayers, audioWidth, textLayers, textWidth, vocabulary }: WhisperShape): number {
  return audioLayers * audioWidth ** 2 * 12 + textLayers * textWidth ** 2 * 16 + vocabulary * textWidth;
}

async function run({ id, request, priority }: TranscribeMessage, { whisper, createDetector }: Loaded): Promise<void> {
  const task: Running = { audio: createEventChannel(), stop: new AbortController() };
  const sendEvent = (event: WhisperEvent) => send({ type: 'events', events: [[id, event]] });
  running.set(id, task);
  try {
    const windows = new SpeechWindows({
      detector: createDetector(),
      voiceActivity: request.voiceActivity ?? DEFAULT_VOICE_ACTIVITY,
      async read() {
        sendEvent({ type: 'more' });
        return (await task.audio.take()).samples;
      },
    });
    const turn = turns.of({ priority, signal: task.stop.signal });
    for await (const event of transcribe({ whisper, request, turn }, windows)) {
      task.stop.signal.throwIfAborted();
      sendEvent(event);
    }
  } catch (error) {
    if (!task.stop.signal.aborted) send({ type: 'failed', id, failure: toFailure(error) });
  } finally {
    running.delete(id);
  }
}

function cancel(id: number): void {
  const task = running.get(id);
  task?.stop.abort();
  task?.audio.failNow(new Error('the task was cancelled'));
}

process.on('message', (message: ToEngine<WhisperSettings, WhisperTask>) => {
  if (message.type === 'load') void load(message.settings);
  else if (message.type === 'cancel') cancel(message.id);
  else if (message.type === 'audio') running.get(message.id)?.audio.push(message);
  else if (message.type === 'grant') return;
  else if (loaded === undefined)
    send({ type: 'failed', id: message.id, failure: toFailure(new Error('the model is not loaded')) });
  else void run(message, loaded);
});
runUntilParentExits();
