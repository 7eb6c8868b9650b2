/** Paths of the files that pdf.js needs for fonts and images: character maps, the 14 standard fonts, image decoders. */
import { fileURLToPath } from 'node:url';

/**
 * The build of pdf.js in unpdf does not contain these files; pdfjs-dist does. Paths instead of URLs, because pdf.js
 * opens them as files in Node.
 */
export function pdfDataOptions() {
  const folder = (name: string) => fileURLToPath(new URL(`./${name}/`, import.meta.resolve('pdfjs-dist/package.json')));
  return {
    cMapUrl: folder('cmaps'),
    cMapPacked: true,
    standardFontDataUrl: folder('standard_fonts'),
    wasmUrl: folder('wasm'),
    // `fetch` does not accept paths.
    useWorkerFetch: false,
  };
}
