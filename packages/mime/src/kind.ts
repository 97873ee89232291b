import type { MessageKind } from '@mailwright/core';

// A Map, since a stranger names the key.
const CALENDAR: ReadonlyMap<string, MessageKind> = new Map([
  ['request', 'invite'],
  ['publish', 'invite'],
  ['add', 'invite'],
  ['cancel', 'cancellation'],
  ['reply', 'response'],
  ['counter', 'response'],
  ['declinecounter', 'response'],
]);

/** What sort of message this is, as far as its headers tell (RFC 3464, RFC 8098, RFC 3834, RFC 6047). */
export function kindOf(headers: ReadonlyMap<string, readonly string[]>): MessageKind {
  const value = (name: string) => (headers.get(name)?.[0] ?? '').toLowerCase();
  const type = value('content-type');
  if (type.startsWith('text/calendar')) return kindOfMethod(/method="?([a-z]+)/.exec(type)?.[1]) ?? 'mail';
  if (type.startsWith('multipart/report')) {
    if (/report-type="?disposition-notification/.test(type)) return 'receipt';
    if (/report-type="?(delivery-status|feedback-report)/.test(type) || !type.includes('report-type')) return 'bounce';
  }
  if (headers.has('x-failed-recipients')) return 'bounce';
  const auto = value('auto-submitted');
  if (auto.startsWith('auto-replied')) return 'auto-reply';
  if (headers.has('x-autoreply') || headers.has('x-autorespond') || value('precedence') === 'auto_reply') return 'auto-reply';
  return 'mail';
}

/** The kind of a calendar part by its METHOD (RFC 5546). */
export function kindOfMethod(method: string | undefined): MessageKind | undefined {
  return CALENDAR.get(method?.toLowerCase() ?? '');
}
