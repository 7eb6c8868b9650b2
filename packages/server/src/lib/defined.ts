type Flat<T> = { [K in keyof T]: T[K] };

/** `T` with its possibly undefined properties as optional ones, as `exactOptionalPropertyTypes` requires them. */
export type Defined<T> = Flat<
  {
    [K in keyof T as undefined extends T[K] ? never : K]: T[K];
  } & {
    [K in keyof T as undefined extends T[K] ? K : never]?: Exclude<T[K], undefined>;
  }
>;

/** Returns a copy without the properties whose value is `undefined`. `null`, `false`, 0 and '' are kept. */
export function defined<T extends object>(properties: T): Defined<T> {
  return Object.fromEntries(Object.entries(properties).filter(([, value]) => value !== undefined)) as Defined<T>;
}
