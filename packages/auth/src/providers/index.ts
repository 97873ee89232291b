import { generic } from './generic.ts';
import { google } from './google.ts';
import { microsoft } from './microsoft.ts';
import type { IdentityProvider } from './provider.ts';

/** Whoever gives tokens, by id. */
export const PROVIDERS: Readonly<Record<string, IdentityProvider>> = { microsoft, google, generic };
