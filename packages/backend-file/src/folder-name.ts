import iconv from 'iconv-lite';

/** Folder names of Maildir++ as IMAP servers write them: modified UTF-7 (RFC 3501 section 5.1.3). */
export const encodeName = (name: string): string => iconv.encode(name, 'utf-7-imap').toString('latin1');

/** What is not written that way stands for itself: some servers write UTF-8. */
export function decodeName(name: string): string {
  const encoded = Buffer.from(name, 'latin1');
  if (encoded.toString('latin1') !== name) return name;
  const decoded = iconv.decode(encoded, 'utf-7-imap');
  return encodeName(decoded) === name ? decoded : name;
}
