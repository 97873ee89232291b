import { formatAddress, type Message } from '@mailwright/core';

/** Characters of a message that a reply quotes at most. */
export const LONGEST = 100_000;

const intro = ({ from, sentAt, receivedAt }: Message) =>
  `${sentAt ?? receivedAt ?? ''} ${from[0] ? formatAddress(from[0]) : 'someone'} wrote:`.trim();

/** A text with the message quoted below, each line behind `>`. */
export function quoteText(text: string, original: Message): string {
  const quoted = (original.text ?? '')
    .slice(0, LONGEST)
    .trimEnd()
    .split(/\r?\n/)
    .map((line) => (line.startsWith('>') ? `>${line}` : `> ${line}`));
  return `${text}\n\n${intro(original)}\n${quoted.join('\n')}\n`;
}

/** The message's text goes in as text: a stranger's HTML never becomes part of our own. */
export function quoteHtml(html: string, original: Message): string {
  const text = escape((original.text ?? '').slice(0, LONGEST)).replace(/\r?\n/g, '<br>\n');
  return `${html}\n<p>${escape(intro(original))}</p>\n<blockquote>${text}</blockquote>\n`;
}

/** Text as HTML that shows it. */
export const escape = (text: string) => text.replace(/&/g, '&amp;').replace(/</g, '&lt;').replace(/>/g, '&gt;').replace(/"/g, '&quot;');
