/**
 * Bundles the client for browsers and prints the sizes: `node packaging/bundle-client.ts`. Checks that a bundle
 * contains no schemas outside the chunk that is loaded for validation, no module of Node, and that each stays below its
 * limit.
 */
import assert from 'node:assert/strict';
import { join, resolve } from 'node:path';
import { gzipSync } from 'node:zlib';
import { type OutputChunk, rolldown } from 'rolldown';

const ROOT = resolve(import.meta.dirname, '..');
const SOURCE = join(ROOT, 'packages/client/src');
const KIBIBYTE = 1024;

/** Entry and maximum size of its first chunks, minified and compressed. */
const ENTRIES: readonly [name: string, file: string, maxBytes: number][] = [
  ['whole client', 'index.ts', 40 * KIBIBYTE],
  ['@selfsame/client/embeddings', 'generated/resources/embeddings.ts', 16 * KIBIBYTE],
  ['@selfsame/client/files', 'generated/resources/files.ts', 16 * KIBIBYTE],
];

for (const [name, file, maxBytes] of ENTRIES) {
  const bundle = await rolldown({ input: join(SOURCE, file), platform: 'browser', logLevel: 'warn', cwd: ROOT });
  const { output } = await bundle.generate({ format: 'esm', minify: true });
  await bundle.close();
  const chunks = output.filter((each) => each.type === 'chunk');
  const first = withImports(
    chunks,
    chunks.find(({ isEntry }) => isEntry),
  );
  const size = sizeOf(first);
  console.log(`${name}: ${toKibibytes(size.plain)} minified, ${toKibibytes(size.compressed)} compressed`);
  const modules = first.flatMap(({ moduleIds }) => moduleIds);
  const heavy = modules.filter((id) => /node_modules\/typebox|packages\/contract/.test(id));
  assert.deepEqual(heavy, [], 'modules that only validation needs');
  const external = chunks.flatMap(({ imports }) => imports).filter((id) => id.startsWith('node:') || id === 'undici');
  assert.deepEqual(external, [], 'modules of Node');
  assert.ok(size.compressed <= maxBytes, `${name} is larger than ${toKibibytes(maxBytes)}`);
  const others = sizeOf(chunks.filter((chunk) => !first.includes(chunk)));
  console.log(`  for validation: ${toKibibytes(others.plain)} minified, ${toKibibytes(others.compressed)} compressed`);
}

/** An entry with the chunks that it imports at once. */
function withImports(chunks: readonly OutputChunk[], entry: OutputChunk | undefined): OutputChunk[] {
  assert.ok(entry !== undefined);
  const found = new Set([entry]);
  for (const chunk of found) {
    for (const name of chunk.imports) {
      const imported = chunks.find(({ fileName }) => fileName === name);
      if (imported !== undefined) found.add(imported);
    }
  }
  return [...found];
}

function sizeOf(chunks: readonly OutputChunk[]): { plain: number; compressed: number } {
  const code = chunks.map((chunk) => chunk.code);
  return {
    plain: code.reduce((sum, each) => sum + Buffer.byteLength(each), 0),
    compressed: code.reduce((sum, each) => sum + gzipSync(each).length, 0),
  };
}

function toKibibytes(bytes: number): string {
  return `${(bytes / KIBIBYTE).toFixed(1)} KiB`;
}
