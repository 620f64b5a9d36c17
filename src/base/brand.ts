declare const brand: unique symbol;

/** A nominal type over `T`: a plain `T` is not accepted where a `Brand<T, Name>` is asked for. */
export type Brand<T, Name extends string> = T & { readonly [brand]: Name };
