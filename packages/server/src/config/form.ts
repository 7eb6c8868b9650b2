/**
 * The form of a setting: converts text (a variable or a flag) and values of the configuration file, and has the JSON
 * Schema of the latter. Invariant: a form refuses unknown values and names the position and what it expected.
 */
import { didYouMean } from '../lib/nearest.ts';

export type ValuePath = readonly (string | number)[];

export interface FormIssue {
  /** Relative to the value that was read; empty = the value itself. */
  path: ValuePath;
  /** `expected a whole number`: completes "… is not usable:". */
  message: string;
  /** The name at the path is wrong, not its value. */
  isAboutName?: true;
}

export class FormError extends Error {
  override readonly name = 'FormError';
  readonly issues: readonly FormIssue[];

  constructor(issues: readonly FormIssue[]) {
    super(
      issues
        .map(({ path, message }) => [toPathText(path), message].filter((part) => part !== '').join(': '))
        .join('; '),
    );
    this.issues = issues;
  }
}

/** `upstreams[0].urls`. */
export function toPathText(path: ValuePath): string {
  return path.map((part, index) => (typeof part === 'number' ? `[${part}]` : index === 0 ? part : `.${part}`)).join('');
}

export function refuse(message: string): never {
  throw new FormError([{ path: [], message }]);
}

/** The context of a form: what it may read besides the value. */
export interface FormDeps {
  environment: Readonly<Record<string, string | undefined>>;
  /** Base of relative paths. */
  directory: string;
}

/** `T`: the setting's value. `F`: its representation in the configuration file. */
export interface Form<T, F = T> {
  fromText(text: string, deps: FormDeps): T;
  /** Throws `FormError` as `fromText` does. */
  fromValue(value: unknown, deps: FormDeps): T;
  /** JSON Schema of `F`. */
  schema: object;
  /** Carries the type `F`; never set. */
  readonly inFile?: F;
}

export type ValueOf<X> = X extends Form<infer T, infer _F> ? T : never;
export type FileValueOf<X> = X extends Form<infer _T, infer F> ? F : never;

/** Runs all readings. Throws the issues of all of them together, each with its path. */
export function gather<T>(readings: readonly { at: string | number; read: () => T }[]): T[] {
  const issues: FormIssue[] = [];
  const values = readings.flatMap(({ at, read }) => {
    try {
      return [read()];
    } catch (error) {
      if (!(error instanceof FormError)) throw error;
      issues.push(...error.issues.map((issue) => ({ ...issue, path: [at, ...issue.path] })));
      return [];
    }
  });
  if (issues.length > 0) throw new FormError(issues);
  return values;
}

export function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

export function unknownName(name: string, known: readonly string[]): FormIssue {
  return { path: [name], message: `there is no such setting${didYouMean(name, known)}`, isAboutName: true };
}

/** A form whose text is JSON of the value in the configuration file. */
export function fromJsonText<T, F>(form: Omit<Form<T, F>, 'fromText'>): Form<T, F> {
  return {
    ...form,
    fromText: (text, deps) => {
      let value: unknown;
      try {
        value = JSON.parse(text);
      } catch (error) {
        refuse(`expected JSON (${(error as Error).message})`);
      }
      return form.fromValue(value, deps);
    },
  };
}
