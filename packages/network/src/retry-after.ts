/** Milliseconds that a server wants to be left alone, from its Retry-After (RFC 9110 section 10.2.3): seconds, or a date. */
export function retryAfter(text: string | null | undefined): number | undefined {
  if (text === null || text === undefined) return undefined;
  if (/^\s*\d{1,7}\s*$/.test(text)) return Number(text) * 1000;
  const at = Date.parse(text);
  return Number.isNaN(at) ? undefined : Math.max(0, at - Date.now());
}
