/**
 * What a form of values is: how text (a variable, a flag) and how a value of the configuration file becomes the setting, and the JSON
 * Schema of the latter. Invariant: a form refuses what it does not know, and says where and what it expected.
 */
import { didYouMean } from '../lib/nearest.ts';

export type ValuePath = readonly (string | number)[];

export interface Fault {
  /** Within the value that was read; empty for the value itself. */
  path: ValuePath;
  /** `expected a whole number`: completes "… is not usable:". */
  message: string;
  /** The fault is the name at the path, not its value. */
  ofName?: true;
}

export class FormError extends Error {
  override readonly name = 'FormError';
  readonly faults: readonly Fault[];

  constructor(faults: readonly Fault[]) {
    super(
      faults
        .map(({ path, message }) => [toPathText(path), message].filter((part) => part !== '').join(': '))
        .join('; '),
    );
    this.faults = faults;
  }
}

/** `upstreams[0].urls`. */
export function toPathText(path: ValuePath): string {
  return path.map((part, index) => (typeof part === 'number' ? `[${part}]` : index === 0 ? part : `.${part}`)).join('');
}

export function refuse(message: string): never {
  throw new FormError([{ path: [], message }]);
}

/** What a form may look at besides the value. */
export interface Surroundings {
  environment: Readonly<Record<string, string | undefined>>;
  /** What relative paths start at. */
  directory: string;
}

/** `T`: the setting's value. `F`: what stands for it in the file. */
export interface Form<T, F = T> {
  fromText(text: string, around: Surroundings): T;
  /** Throws `FormError` as `fromText` does. */
  fromValue(value: unknown, around: Surroundings): T;
  /** JSON Schema of `F`. */
  schema: object;
  /** Carries the type `F`; never set. */
  readonly inFile?: F;
}

export type ValueOf<X> = X extends Form<infer T, infer _F> ? T : never;
export type FileValueOf<X> = X extends Form<infer _T, infer F> ? F : never;

/** Runs each reading; faults of all are gathered under their own paths and thrown together. */
export function gather<T>(readings: readonly { at: string | number; read: () => T }[]): T[] {
  const faults: Fault[] = [];
  const values = readings.flatMap(({ at, read }) => {
    try {
      return [read()];
    } catch (error) {
      if (!(error instanceof FormError)) throw error;
      faults.push(...error.faults.map((fault) => ({ ...fault, path: [at, ...fault.path] })));
      return [];
    }
  });
  if (faults.length > 0) throw new FormError(faults);
  return values;
}

export function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

export function unknownName(name: string, known: readonly string[]): Fault {
  return { path: [name], message: `there is no such setting${didYouMean(name, known)}`, ofName: true };
}

/** A form whose text is the JSON of what the file may say. */
export function fromJsonText<T, F>(form: Omit<Form<T, F>, 'fromText'>): Form<T, F> {
  return {
    ...form,
    fromText: (text, around) => {
      let value: unknown;
      try {
        value = JSON.parse(text);
      } catch (error) {
        refuse(`expected JSON (${(error as Error).message})`);
      }
      return form.fromValue(value, around);
    },
  };
}
