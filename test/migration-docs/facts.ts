/** Names of the libraries that the migration pages compare with ours. */
import ballerina from './facts/ballerina.json' with { type: 'json' };
import zio from './facts/zio-openai.json' with { type: 'json' };

export interface ZioType {
  name: string;
  kind: 'class' | 'map' | 'trait' | 'refined';
  /** Fields of a class: `optional` may be absent, `nullable` may be null, `required` has a value. */
  fields?: Readonly<Record<string, string>>;
}

/** The 128 types of the package `model`. */
export const zioTypes = zio as unknown as readonly ZioType[];

/** Module → its resource functions, as `method path`. */
export const ballerinaFunctions: Readonly<Record<string, readonly string[]>> = ballerina;

/** `topLogprobs` → `top_logprobs`; the class of a form has its field as `timestampGranularities[]`. */
export const toWireName = (field: string): string =>
  field.replace('[]', '').replaceAll(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
