/** Forms of objects with named fields, and of lists of such objects. */

import { defined } from '../lib/defined.ts';
import {
  type FileValueOf,
  type Form,
  FormError,
  fromJsonText,
  gather,
  isRecord,
  refuse,
  unknownName,
  type ValueOf,
} from './form.ts';

export interface Field {
  // biome-ignore lint/suspicious/noExplicitAny: fields have forms of any type; inference keeps the type of each.
  form: Form<any, any>;
  about: string;
  default?: unknown;
  required?: true;
}

export type Fields = Readonly<Record<string, Field>>;

type Certain<F extends Field> = F extends { required: true } ? true : F extends { default: unknown } ? true : false;
export type ValuesOf<F extends Fields> = {
  [K in keyof F]: Certain<F[K]> extends true ? ValueOf<F[K]['form']> : ValueOf<F[K]['form']> | undefined;
};
export type InFile<F extends Fields> = {
  [K in keyof F as F[K] extends { required: true } ? K : never]: FileValueOf<F[K]['form']>;
} & { [K in keyof F as F[K] extends { required: true } ? never : K]?: FileValueOf<F[K]['form']> };

export function asObject<const F extends Fields>(fields: F): Form<ValuesOf<F>, InFile<F>> {
  const names = Object.keys(fields);
  return fromJsonText({
    fromValue: (value, deps) => {
      if (!isRecord(value)) return refuse('expected an object');
      const unknownNames = Object.keys(value).filter((name) => !names.includes(name));
      const known = Object.entries(fields).map(([at, field]) => ({
        at,
        read: () => {
          if (value[at] !== undefined) return [at, field.form.fromValue(value[at], deps)] as const;
          return field.required ? refuse('is missing') : ([at, field.default] as const);
        },
      }));
      const unknown = unknownNames.map((name) => ({
        at: name,
        read: (): never => {
          throw new FormError([{ ...unknownName(name, names), path: [] }]);
        },
      }));
      return Object.fromEntries(gather([...known, ...unknown])) as ValuesOf<F>;
    },
    schema: toObjectSchema(fields),
  });
}

export function toObjectSchema(fields: Fields): object {
  const properties = Object.entries(fields).map(([name, { form, about, default: defaultValue }]) => [
    name,
    { description: about, ...form.schema, ...defined({ default: defaultValue }) },
  ]);
  const required = Object.keys(fields).filter((name) => fields[name]?.required);
  return {
    type: 'object',
    additionalProperties: false,
    properties: Object.fromEntries(properties),
    ...(required.length === 0 ? {} : { required }),
  };
}

export function asListOfObjects<T, F>(item: Omit<Form<T, F>, 'fromText'>): Form<T[], readonly F[]> {
  return fromJsonText({
    fromValue: (value, deps) =>
      Array.isArray(value)
        ? gather(value.map((each, at) => ({ at, read: () => item.fromValue(each, deps) })))
        : refuse('expected a list'),
    schema: { type: 'array', items: item.schema },
  });
}
