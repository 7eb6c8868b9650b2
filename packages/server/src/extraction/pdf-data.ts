/** Where the files lie that PDF fonts and images refer to: character maps, the 14 standard fonts, image decoders. */
import { fileURLToPath } from 'node:url';

/**
 * The build of pdf.js inside unpdf comes without these files; pdfjs-dist carries them. Paths, not URLs: the factory that reads them in
 * Node opens files.
 */
export function pdfDataOptions() {
  const folder = (name: string) => fileURLToPath(new URL(`./${name}/`, import.meta.resolve('pdfjs-dist/package.json')));
  return {
    cMapUrl: folder('cmaps'),
    cMapPacked: true,
    standardFontDataUrl: folder('standard_fonts'),
    wasmUrl: folder('wasm'),
    // The factory above takes paths, which `fetch` does not.
    useWorkerFetch: false,
  };
}
