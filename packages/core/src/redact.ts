// Redaction by value: once a secret is known, no text of ours shows it, in any form a wire or a format gives it.

/** Shorter secrets are not searched for: they would blank out ordinary words. They are masked where they stand (login commands are never logged). */
const SHORTEST = 8;
/** Access tokens renew for days: only the newest values are kept. */
const KEPT = 500;

const known = new Set<string>();
let pattern: RegExp | undefined;

/** Takes a secret's value into the set that `redact` hides. */
export function remember(value: string): void {
  if (value.length < SHORTEST) return;
  known.delete(value);
  known.add(value);
  if (known.size > KEPT) known.delete(known.values().next().value ?? '');
  pattern = undefined;
}

/** Replaces every known secret in a text, raw or encoded, by `[secret]`. */
export function redact(text: string): string {
  if (known.size === 0) return text;
  pattern ??= new RegExp(
    [...known]
      .flatMap(forms)
      .sort((a, b) => b.length - a.length)
      .map(escape)
      .join('|'),
    'gi',
  );
  return text.replace(pattern, '[secret]');
}

/** Redacts every text inside a JSON-like value. */
export function redactDeep<T>(value: T): T {
  if (typeof value === 'string') return redact(value) as T;
  if (Array.isArray(value)) return value.map(redactDeep) as T;
  if (typeof value === 'object' && value !== null && Object.getPrototypeOf(value) === Object.prototype)
    return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, redactDeep(inner)])) as T;
  return value;
}

function forms(value: string): string[] {
  const bytes = Buffer.from(value, 'utf8');
  // Inside a longer base64 text (SASL PLAIN, XOAUTH2) the secret starts at one of three alignments; the characters that
  // it shares with its neighbors are left off.
  const base64 = [0, 1, 2].map((shift) => {
    const text = Buffer.concat([Buffer.alloc(shift), bytes])
      .toString('base64')
      .replace(/=+$/, '');
    return text.slice(shift === 0 ? 0 : shift + 1, (bytes.length + shift) % 3 === 0 ? undefined : -1);
  });
  const percent = encodeURIComponent(value);
  const all = [
    value,
    ...base64,
    ...base64.map((text) => text.replace(/\+/g, '-').replace(/\//g, '_')),
    percent,
    percent.replace(/%20/g, '+'),
    JSON.stringify(value).slice(1, -1),
    value.replace(/["\\]/g, '\\$&'),
    value.replace(/&/g, '&amp;').replace(/</g, '&lt;').replace(/>/g, '&gt;').replace(/"/g, '&quot;'),
    bytes.toString('hex'),
  ];
  return [...new Set(all)].filter((text) => text.length >= SHORTEST - 2);
}

function escape(text: string): string {
  return text.replace(/[\\^$.*+?()[\]{}|/-]/g, '\\$&');
}
