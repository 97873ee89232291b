/** Folder names on the wire: modified UTF-7 (RFC 3501 section 5.1.3). */
export function encodeName(name: string): string {
  return name.replace(/&/g, '&-').replace(/[^\u0020-\u007e]+/g, (run) => {
    const utf16 = Buffer.from(run, 'utf16le').swap16();
    return `&${utf16.toString('base64').replace(/=+$/, '').replace(/\//g, ',')}-`;
  });
}

/** What cannot be decoded stays as it is. */
export function decodeName(name: string): string {
  return name.replace(/&([^-]*)-/g, (whole, run: string) => {
    if (run === '') return '&';
    const bytes = Buffer.from(run.replace(/,/g, '/'), 'base64');
    return bytes.length % 2 === 0 ? bytes.swap16().toString('utf16le') : whole;
  });
}
