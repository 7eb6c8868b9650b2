/** Types of the inputs of methods, from those of the contract. */
import type { FormFile, Operation, QueryOf, Response } from '@selfsame/contract';
import type { Uploadable } from './uploadable.ts';

/** The fields of a form, with values to upload where the server receives files. */
export type FormOf<Body> = { [Name in keyof Body]: FieldOf<Body[Name]> };

type FieldOf<Value> = [FormFile] extends [Exclude<Value, undefined>]
  ? FieldOf<Exclude<Value, FormFile>> | Uploadable
  : Value extends readonly (infer Item)[]
    ? [FormFile] extends [Item]
      ? FieldOf<Item>[]
      : Value
    : Value;

/** Query parameters: optional except those that are `Required`. */
export type QueryInput<O extends Operation, Required extends keyof QueryOf<O> = never> = Partial<
  Omit<QueryOf<O>, Required>
> &
  Pick<QueryOf<O>, Required>;

/** A response, with the text of its messages. */
export type ResponseWithText = Omit<Response, 'output_text'> & { output_text: string };
