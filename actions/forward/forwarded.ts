import { formatAddress, type Message } from '@mailwright/core';
import { LONGEST, escape } from '../reply/quote.ts';

/** Who wrote a forwarded message, to whom, when, and about what. */
function lines({ from, to, cc, subject, sentAt, receivedAt }: Message): string[] {
  const addresses = (list: Message['to']) => list.map(formatAddress).join(', ');
  const said = { From: addresses(from), Date: sentAt ?? receivedAt ?? '', To: addresses(to), Cc: addresses(cc), Subject: subject };
  return Object.entries(said).flatMap(([name, value]) => (value === '' ? [] : [`${name}: ${value}`]));
}

const INTRO = '-------- Forwarded message --------';

/** A text with the message below it. */
export function forwardText(text: string, original: Message): string {
  return `${text}\n\n${INTRO}\n${lines(original).join('\n')}\n\n${(original.text ?? '').slice(0, LONGEST)}\n`;
}

/** The message's text goes in as text: a stranger's HTML never becomes part of our own. */
export function forwardHtml(html: string, original: Message): string {
  const shown = (text: string) => escape(text).replace(/\r?\n/g, '<br>\n');
  return `${html}\n<p>${shown([INTRO, ...lines(original)].join('\n'))}</p>\n<div>${shown((original.text ?? '').slice(0, LONGEST))}</div>\n`;
}
