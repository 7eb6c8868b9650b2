/** Types of the used part of tesseract.js-core, which has none itself. */
declare module 'tesseract.js-core/tesseract-core-simd-lstm.js' {
  export interface TessBaseApi {
    /** Returns 0 on success. `engine`: 1 = neural network. */
    Init(path: string | null, languages: string, engine: number): number;
    /** Reads the file `/input`. `orientation`: EXIF value, 1 = upright. Returns 0 on success. */
    SetImageFile(orientation: number, radians: number): number;
    /** Returns 0 on success. */
    Recognize(monitor: null): number;
    GetUTF8Text(): string;
    /** 0 to 100. */
    MeanTextConf(): number;
    Clear(): void;
  }
  export interface TesseractCore {
    FS: { writeFile(path: string, content: Uint8Array): void; unlink(path: string): void };
    TessBaseAPI: new () => TessBaseApi;
  }
  export default function open(options: {
    print(line: string): void;
    printErr(line: string): void;
  }): Promise<TesseractCore>;
}
