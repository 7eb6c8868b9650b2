/**
 * The embedding engine process: runs node-llama-cpp for one embedding model, so that a native crash ends this process and not the server.
 * Invariant: it never outlives its parent.
 */
import type { Token } from 'node-llama-cpp';
import type { EmbedderSettings, FromEmbedder, ToEmbedder } from './embedding-protocol.ts';
import { EmbeddingTurns } from './embedding-turns.ts';
import { loadEmbedder } from './load-embedder.ts';
import { toFailure } from './protocol.ts';

let turns: EmbeddingTurns<Token> | undefined;

function send(message: FromEmbedder): void {
  process.send?.(message);
}

async function load(settings: EmbedderSettings): Promise<void> {
  try {
    const { facts, vocabulary, tokenize, embed } = await loadEmbedder(settings, (level, message) =>
      send({ type: 'log', level, message }),
    );
    turns = new EmbeddingTurns({
      embedder: { limit: facts.contextTokens, vocabulary, tokenize, embed },
      send: (id, event) => send({ type: 'events', events: [[id, event]] }),
      fail: (id, error) => send({ type: 'failed', id, failure: toFailure(error) }),
    });
    send({ type: 'loaded', facts });
  } catch (error) {
    send({ type: 'unloadable', failure: toFailure(error) });
  }
}

process.on('message', (message: ToEmbedder) => {
  if (message.type === 'load') void load(message.settings);
  else if (message.type === 'cancel') turns?.cancel(message.id);
  else if (turns !== undefined) turns.add(message);
  else send({ type: 'failed', id: message.id, failure: toFailure(new Error('the model is not loaded')) });
});

// The hard way, because an orderly exit waits for native threads that may be in the middle of a batch.
process.on('disconnect', () => process.kill(process.pid, 'SIGKILL'));

// A terminal sends these to the whole group; when to end is the parent's decision.
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => undefined);
