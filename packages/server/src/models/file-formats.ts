/** The formats of models that are one file, one row per format. The file's name determines its format. */
import type { ModelKind } from '../engines/model-kinds.ts';
import { findGgufError } from './formats/gguf-reader.ts';
import { findWhisperError } from './formats/whisper-file.ts';
import { describeGguf } from './gguf-kind.ts';

export interface FileDescription {
  kind: ModelKind;
  hasChatTemplate?: boolean;
  /** Whether the chat template renders the definitions of functions. */
  hasFunctions?: boolean;
}

export interface FileFormat {
  name: 'gguf' | 'whisper';
  /** With the dot. */
  extension: string;
  /** The kind of a model whose file was not read yet. */
  usualKind: ModelKind;
  /** Why the file has another format, as a predicate whose subject is the file; undefined = it is one of these. */
  findError(path: string): Promise<string | undefined>;
  describe(path: string): Promise<FileDescription>;
}

export const GGUF: FileFormat = {
  name: 'gguf',
  extension: '.gguf',
  usualKind: 'chat',
  findError: findGgufError,
  describe: describeGguf,
};

const FILE_FORMATS: readonly FileFormat[] = [
  GGUF,
  {
    name: 'whisper',
    extension: '.bin',
    usualKind: 'transcription',
    findError: findWhisperError,
    describe: async () => ({ kind: 'transcription' }),
  },
];

/** Undefined = the name is not that of a model file. */
export function fileFormatOf(file: string): FileFormat | undefined {
  return FILE_FORMATS.find(({ extension }) => file.toLowerCase().endsWith(extension));
}

/** The name in lower case without the extension of its format. */
export function withoutExtension(file: string): string {
  const extension = fileFormatOf(file)?.extension ?? '';
  return file.slice(0, file.length - extension.length).toLowerCase();
}
