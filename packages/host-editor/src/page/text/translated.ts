/** The same keys in another language. */
export type Translated<English> = { readonly [key in keyof English]: string | { readonly one: string; readonly other: string } };
