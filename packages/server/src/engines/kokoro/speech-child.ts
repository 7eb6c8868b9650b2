/** The program of a Kokoro model's process: receives messages, speaks in turns, sends samples. */
import type { FromEngine, ToEngine } from '../child-process/engine-protocol.ts';
import { toFailure, toLoadFailure } from '../child-process/failure.ts';
import { runUntilParentExits } from '../child-process/heartbeat.ts';
import { loadKokoro } from './load-kokoro.ts';
import type { KokoroEvent, KokoroFacts, KokoroSettings, SpeakMessage } from './protocol.ts';
import { SpeechTurns } from './speech-turns.ts';

let turns: SpeechTurns | undefined;

function send(message: FromEngine<KokoroFacts, KokoroEvent>): void {
  process.send?.(message);
}

const fail = (id: number, error: unknown) => send({ type: 'failed', id, failure: toFailure(error) });

async function load(settings: KokoroSettings): Promise<void> {
  try {
    const { facts, prepare, speak } = await loadKokoro(settings);
    turns = new SpeechTurns({
      prepare,
      speak,
      fail,
      send: (id, event) => send({ type: 'events', events: [[id, event]] }),
    });
    send({ type: 'loaded', facts });
  } catch (error) {
    send({ type: 'unloadable', failure: toLoadFailure(error, { modelId: settings.modelId, what: 'file' }) });
  }
}

process.on('message', (message: ToEngine<KokoroSettings, SpeakMessage>) => {
  if (message.type === 'load') void load(message.settings);
  else if (message.type === 'cancel') turns?.cancel(message.id);
  else if (message.type === 'speak') {
    if (turns === undefined) fail(message.id, new Error('the model is not loaded'));
    else turns.add(message);
  }
});
runUntilParentExits();
