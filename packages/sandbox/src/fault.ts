/** What a test may do to a command: drop the connection, before or after doing it (IMAP and POP3), never answer, or refuse with these words. */
export type Fault = 'drop' | 'do-and-drop' | 'silence' | { readonly no: string };

/** Asked at every command: `UID FETCH` and the like of IMAP; `RETR` and the like of POP3; `CONNECT`, `AUTH`, `MAIL`, `RCPT` and `DATA` (all data came) of SMTP. */
export type FaultHook = (command: string, protocol: 'imap' | 'pop3' | 'smtp') => Fault | undefined;
