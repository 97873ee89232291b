/** What a test may do to a command: drop the connection, before or after doing it (IMAP only), never answer, or refuse with these words. */
export type Fault = 'drop' | 'do-and-drop' | 'silence' | { readonly no: string };

/** Asked at every command: `UID FETCH` and the like of IMAP; `CONNECT`, `AUTH`, `MAIL`, `RCPT` and `DATA` (all data came) of SMTP. */
export type FaultHook = (command: string, protocol: 'imap' | 'smtp') => Fault | undefined;
