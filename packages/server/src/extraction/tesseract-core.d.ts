/** The part of tesseract.js-core that is used here: the package brings no types. */
declare module 'tesseract.js-core/tesseract-core-simd-lstm.js' {
  export interface TessBaseApi {
    /** 0 where it went well. `engine`: 1 = the neural one. */
    Init(path: string | null, languages: string, engine: number): number;
    /** Reads the file `/input`. `orientation`: as EXIF counts, 1 = upright. 0 where it went well. */
    SetImageFile(orientation: number, radians: number): number;
    /** 0 where it went well. */
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
