/** Control and direction characters as visible marks: what stands in a mail must not turn or hide what stands around it. */
export const visible = (text: string): string => text.replace(/[\p{Cc}\u200E\u200F\u202A-\u202E\u2066-\u2069]/gu, '\u{FFFD}');
