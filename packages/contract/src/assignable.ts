/** Compile-time check for `*.types.test.ts`: a type error if `From` is not assignable to `To`. */
export type Assignable<From extends To, To> = [From] extends [To] ? true : never;
