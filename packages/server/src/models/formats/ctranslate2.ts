/** Reads model files of CTranslate2, version 6: named variables, and names that mean the same variable. */

export interface CTranslate2Variable {
  /** Slowest dimension first. */
  shape: readonly number[];
  /** Half precision, little-endian. */
  data: Buffer;
}

/** Numbers of element types. */
const HALF_TYPE = 4;
const VERSION = 6;

/** Throws if the variable is missing or is not of half precision. */
export type FindVariable = (name: string) => CTranslate2Variable;

export function readCTranslate2(bytes: Buffer): FindVariable {
  let at = 0;
  const take = (length: number) => {
    if (at + length > bytes.length) throw new Error('The file ends before its last variable.');
    at += length;
    return bytes.subarray(at - length, at);
  };
  const readInt = () => take(4).readUInt32LE();
  const readText = () => take(take(2).readUInt16LE()).toString('latin1').replace(/\0+$/, '');
  if (readInt() !== VERSION) throw new Error(`The file is not of version ${VERSION} of the format.`);
  readText();
  readInt();
  const variables = new Map<string, CTranslate2Variable & { type: number }>();
  for (let left = readInt(); left > 0; left--) {
    const name = readText();
    const shape = Array.from({ length: take(1).readUInt8() }, readInt);
    const type = take(1).readUInt8();
    variables.set(name, { shape, type, data: take(readInt()) });
  }
  for (let left = readInt(); left > 0; left--) {
    const alias = readText();
    const variable = variables.get(readText());
    if (variable !== undefined) variables.set(alias, variable);
  }
  return (name) => {
    const variable = variables.get(name);
    if (variable?.type !== HALF_TYPE) throw new Error(`The file has no variable '${name}' of half precision.`);
    return { shape: variable.shape, data: variable.data };
  };
}
