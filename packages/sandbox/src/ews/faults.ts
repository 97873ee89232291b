/**
 * What a test may do to a request: drop the connection before or after doing it, or do it only so
 * many milliseconds after the connection was dropped; never answer; do nothing and be busy, as a fault or in an
 * answer with 200; answer with an HTTP status of one's own; refuse with a response code, known or not; change what is answered; or
 * send the answer in pieces, with a pause between them.
 */
export type EwsFault =
  | 'drop'
  | 'do-and-drop'
  | 'silence'
  | { /** Milliseconds. */ readonly dropAndDoAfter: number }
  | { readonly busy: 'fault' | 'message'; /** Milliseconds. */ readonly backOff?: number }
  | { readonly status: number; readonly headers?: Readonly<Record<string, string>>; readonly body?: string }
  | { readonly code: string; readonly text?: string }
  | { readonly change: (answer: string) => string }
  | { readonly pieces: number; /** Milliseconds. */ readonly pause: number };
