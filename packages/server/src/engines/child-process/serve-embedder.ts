/** The program of an embedding process without the model: receives messages, runs requests in turns, sends vectors. */
import type {
  CountMessage,
  EmbedderSettings,
  EmbeddingFacts,
  EmbedEvent,
  EmbedMessage,
  FromEmbedder,
} from './embedding-protocol.ts';
import { type Embedder, EmbeddingTurns } from './embedding-turns.ts';
import type { LogLevel, ToEngine } from './engine-protocol.ts';
import { toFailure, toLoadFailure } from './failure.ts';
import { runUntilParentExits } from './heartbeat.ts';

export type LoadEmbedder<T extends number> = (
  settings: EmbedderSettings,
  log: (level: LogLevel, message: string) => void,
) => Promise<{ facts: EmbeddingFacts; embedder: Embedder<T> }>;

function send(message: FromEmbedder): void {
  process.send?.(message);
}

/**
 * Called once by the program; serves requests until the parent exits. `what`: whether a model is a file or a folder on
 * disk.
 */
export function serveEmbedder<T extends number>(loadEmbedder: LoadEmbedder<T>, what: 'file' | 'folder'): void {
  let turns: EmbeddingTurns<T> | undefined;
  let loaded: Embedder<T> | undefined;
  const sendEvent = (id: number, event: EmbedEvent) => send({ type: 'events', events: [[id, event]] });
  const fail = (id: number, error: unknown) => send({ type: 'failed', id, failure: toFailure(error) });

  const load = async (settings: EmbedderSettings): Promise<void> => {
    try {
      const { facts, embedder } = await loadEmbedder(settings, (level, message) =>
        send({ type: 'log', level, message }),
      );
      turns = new EmbeddingTurns({ embedder, send: sendEvent, fail });
      loaded = embedder;
      send({ type: 'loaded', facts });
    } catch (error) {
      send({ type: 'unloadable', failure: toLoadFailure(error, { modelId: settings.modelId, what }) });
    }
  };

  const count = ({ id, texts }: CountMessage, { tokenize }: Embedder<T>): void => {
    try {
      sendEvent(id, { type: 'counts', counts: texts.map((text) => tokenize(text).length) });
    } catch (error) {
      fail(id, error);
    }
  };

  process.on('message', (message: ToEngine<EmbedderSettings, EmbedMessage | CountMessage>) => {
    if (message.type === 'load') void load(message.settings);
    else if (message.type === 'cancel') turns?.cancel(message.id);
    else if (message.type === 'grant') return;
    else if (turns === undefined || loaded === undefined) fail(message.id, new Error('the model is not loaded'));
    else if (message.type === 'count') count(message, loaded);
    else turns.add(message);
  });
  runUntilParentExits();
}
