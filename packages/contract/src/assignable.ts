/** Compile-time check for `*.types.test.ts`: it is a type error where `From` does not fit `To`. */
export type Assignable<From extends To, To> = [From] extends [To] ? true : never;
