import { randomUUID } from 'node:crypto';
import type { Address, Draft } from '@mailwright/core';
import { Refused, textIn } from './answer.ts';

type Json = Readonly<Record<string, unknown>>;

/** A draft out of the properties of a message. Errors: 400 for a recipient that is none. */
export function draftIn(json: Json): Draft {
  const body = (json['body'] ?? {}) as Json;
  const content = textIn(body, 'content') ?? '';
  const [from] = recipients([json['from']]);
  return {
    ...(from && { from }),
    to: recipients(json['toRecipients']),
    cc: recipients(json['ccRecipients']),
    bcc: recipients(json['bccRecipients']),
    replyTo: recipients(json['replyTo']),
    subject: textIn(json, 'subject') ?? '',
    ...(textIn(body, 'contentType')?.toLowerCase() === 'html' ? { html: content } : { text: content }),
    messageId: textIn(json, 'internetMessageId') ?? `<${randomUUID()}@sandbox.example.test>`,
    date: new Date().toISOString(),
  };
}

function recipients(list: unknown): Address[] {
  return (Array.isArray(list) ? list : []).flatMap((one: unknown) => {
    if (one === undefined) return [];
    const { address, name } = (one as { emailAddress?: { address?: unknown; name?: unknown } }).emailAddress ?? {};
    if (typeof address !== 'string') throw new Refused(400, 'ErrorInvalidRecipients', 'At least one recipient is not valid.');
    return [{ address, ...(typeof name === 'string' && name !== '' && { name }) }];
  });
}

export const addressesIn = (list: readonly Address[]): string[] => list.map(({ address }) => address).filter((one) => one.includes('@'));
