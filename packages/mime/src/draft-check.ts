import { EmailError, type Address, type Draft } from '@mailwright/core';

type Field = readonly [path: string, text: string | undefined];

// oxlint-disable-next-line no-control-regex -- these are the characters that may not be there
const BREAK = /[\r\n\u0000]/;
/** A field name (RFC 5322 section 2.2). */
const NAME = /^[!-9;-~]+$/;
/**
 * Signs that would make more than one address out of one, outside a quoted local part (RFC 5322 section 3.4.1). Non-ASCII letters are for
 * servers with SMTPUTF8 to take or refuse.
 */
const ADDRESS =
  // oxlint-disable-next-line no-control-regex -- these are the characters that may not be there
  /^(?:"(?:[^"\\\r\n\u0000]|\\[^\r\n\u0000])*"|[^\s<>()",;:\\[\]@\u0000-\u001f\u007f]+)@(?:\[[^\s[\]\\<>]*\]|[^\s<>()",;:\\[\]@\u0000-\u001f\u007f]+)$/;

/** Refuses a draft whose texts would become other headers or other recipients than they say. Errors: `input.invalid` with the path. */
export function checkDraft(draft: Draft): void {
  const broken = fieldsOf(draft).find(([, text]) => text !== undefined && BREAK.test(text));
  if (broken) throw invalid(broken[0], 'a line break or NUL is not allowed here', 'Remove it; long texts belong into the body.');
  const wrong = addressesOf(draft).find(([, { address }]) => !ADDRESS.test(address));
  if (wrong) throw invalid(wrong[0], `"${wrong[1].address.slice(0, 100)}" is no address`, 'Write it as name@example.com.');
  const name = Object.keys(draft.headers ?? {}).find((one) => !NAME.test(one));
  if (name !== undefined)
    throw invalid(`headers.${name}`, 'this is no header name', 'Use letters, digits and hyphens, such as X-Invoice-Number.');
  if (Number.isNaN(Date.parse(draft.date))) throw invalid('date', `"${draft.date}" is no time`, 'Write it as 2026-11-24T08:00:00Z.');
}

function addressesOf({ from, to, cc = [], bcc = [], replyTo = [] }: Draft): [path: string, address: Address][] {
  const lists = { from: from ? [from] : [], to, cc, bcc, replyTo };
  return Object.entries(lists).flatMap(([path, list]) => list.map((one): [string, Address] => [path, one]));
}

function fieldsOf(draft: Draft): Field[] {
  return [
    ['subject', draft.subject],
    ['messageId', draft.messageId],
    ['inReplyTo', draft.inReplyTo],
    ...(draft.references ?? []).map((one): Field => ['references', one]),
    ...addressesOf(draft).flatMap(([path, { address, name }]): Field[] => [
      [path, address],
      [path, name],
    ]),
    ...Object.entries(draft.headers ?? {}).flatMap(([name, value]): Field[] => [
      [`headers.${name}`, name],
      [`headers.${name}`, value],
    ]),
    ...(draft.attachments ?? []).flatMap(({ filename, contentType, contentId }, index): Field[] => [
      [`attachments.${index}.filename`, filename],
      [`attachments.${index}.contentType`, contentType],
      [`attachments.${index}.contentId`, contentId],
    ]),
  ];
}

const invalid = (path: string, problem: string, cure: string) => new EmailError('input.invalid', { path, problem, cure });
