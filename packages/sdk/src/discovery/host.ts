/** Whether a text from elsewhere is a host name (RFC 1123) that may be proposed. */
export function isHost(text: string): boolean {
  return text.length <= 253 && /^(?!-)[a-z0-9-]{1,63}(?<!-)(\.(?!-)[a-z0-9-]{1,63}(?<!-))+\.?$/i.test(text) && !/^[\d.]+$/.test(text);
}
