/**
 * Deterministic data of bench/vector-search.ts. Vectors of 384 dimensions lie around 500 topics in 32 hidden directions
 * with noise in all dimensions, which makes them crowded like those of texts. A file has 100 chunks of three topics. A
 * chunk has 120 words: one fifth from the 200 words of its topic, the others from 50,000 words by Zipf's law. Files
 * have the attributes `group` (0 to 99, in turn) and `topic`. A query is a point of the same distribution with words of
 * its topic, three of which are among the most frequent of all.
 */
import { createRandom } from '../../packages/server/src/lib/testing/random.ts';
import type { NewChunk } from '../../packages/server/src/storage/repositories/vector-store-files.ts';

export const DIMENSIONS = 384;
export const CHUNKS_PER_FILE = 100;
const HIDDEN = 32;
const TOPICS = 500;
const TOPICS_PER_FILE = 3;
const WORDS_PER_CHUNK = 120;
const TOPIC_WORDS = 200;
const VOCABULARY = 50_000;
const SPREAD = 0.5;
const NOISE = 0.6;

export interface Question {
  text: string;
  vector: Float32Array;
  topic: number;
}

export interface MadeFile {
  topics: number[];
  chunks: NewChunk[];
}

export function createMaker(seed: number) {
  const space = createRandom(1);
  const random = createRandom(seed);
  const normal = (from = random) => Math.sqrt(-2 * Math.log(from() + 1e-12)) * Math.cos(2 * Math.PI * from());
  const directions = Array.from({ length: HIDDEN }, () =>
    Float32Array.from({ length: DIMENSIONS }, () => normal(space)),
  );
  const centres = Array.from({ length: TOPICS }, () => Float32Array.from({ length: HIDDEN }, () => normal(space)));

  function vectorOf(topic: number): Float32Array {
    const vector = Float32Array.from({ length: DIMENSIONS }, () => NOISE * normal());
    for (const [i, direction] of directions.entries()) {
      const weight = (centres[topic]?.[i] ?? 0) + SPREAD * normal();
      for (let d = 0; d < DIMENSIONS; d += 1) vector[d] = (vector[d] ?? 0) + weight * (direction[d] ?? 0);
    }
    const length = Math.hypot(...vector);
    return vector.map((value) => value / length);
  }

  const below = (count: number) => Math.floor(random() * count);
  /** The frequency of a word falls with its rank. */
  const common = () => `w${Math.floor(VOCABULARY ** random()) - 1}`;
  const own = (topic: number) => `t${topic}x${below(TOPIC_WORDS)}`;

  function chunkOf(topic: number, name: string): NewChunk {
    const terms = new Map<string, number>([[name, 1]]);
    for (let i = 0; i < WORDS_PER_CHUNK; i += 1) {
      const word = i % 5 === 0 ? own(topic) : common();
      terms.set(word, (terms.get(word) ?? 0) + 1);
    }
    const text = [...terms.keys()].join(' ');
    return { text, page: null, start: 0, end: text.length, vectors: [vectorOf(topic)], terms };
  }

  return {
    /** `number` determines the first words of the chunks, which identify them: c0, c1 and so on. */
    file(number: number, chunks = CHUNKS_PER_FILE): MadeFile {
      const topics = Array.from({ length: TOPICS_PER_FILE }, () => below(TOPICS));
      const made = Array.from({ length: chunks }, (_, i) =>
        chunkOf(topics[i % TOPICS_PER_FILE] ?? 0, `c${number * CHUNKS_PER_FILE + i}`),
      );
      return { topics, chunks: made };
    },
    question(): Question {
      const topic = below(TOPICS);
      const words = [common(), common(), own(topic), own(topic), own(topic), `w${below(10)}`, `w${below(10)}`];
      return { text: [...new Set([`w${below(10)}`, ...words])].join(' '), vector: vectorOf(topic), topic };
    },
  };
}
