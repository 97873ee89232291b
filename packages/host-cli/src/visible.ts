/** Mail is only ever data: what could move the cursor or reorder text is shown as a mark. */
export function visible(text: string): string {
  // oxlint-disable-next-line no-control-regex -- these are the characters to show
  return text.replace(/[\u0000-\u001f\u007f-\u009f\u200e\u200f\u202a-\u202e\u2066-\u2069]/g, '\u2423');
}
