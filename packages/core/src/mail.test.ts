import { Mail, toMail } from './mail.ts';
import type { Message, MessageRef } from './message.ts';

const ref = (id: string) => ({ folder: 'INBOX', id });

describe('a message as data', () => {
  const message: Message = {
    ref: { folder: 'INBOX', id: '1', extra: 'x' } as MessageRef,
    kind: 'invite',
    subject: 's',
    references: [],
    from: [{ address: 'a@x.test', name: 'A' }],
    to: [],
    cc: [],
    defects: [],
    headers: new Map([
      ['__proto__', ['polluted']],
      ['subject', ['s']],
    ]),
    replyTo: [],
    bcc: [],
    attachments: [
      { filename: 'f', contentType: 't/x', inline: true, size: 1, contentId: 'c', open: () => Promise.reject(new Error('bytes')) },
    ],
    invite: { method: 'REQUEST', uid: 'u', attendees: [{ address: 'b@x.test' }], recurring: false, organizer: { address: 'o@x.test' } },
    raw: () => Promise.reject(new Error('bytes')),
  };

  test('has neither functions nor bytes, and what is absent stays absent', () => {
    const mail = toMail(message, 3);
    expect(JSON.parse(JSON.stringify(mail))).toMatchObject({
      index: 3,
      ref: { folder: 'INBOX', id: '1' },
      attachments: [{ index: 0, filename: 'f' }],
      invite: { uid: 'u' },
    });
    expect(Object.keys(mail)).not.toEqual(expect.arrayContaining(['raw']));
    for (const absent of ['defects', 'sentAt', 'flags', 'text', 'sender']) expect(mail).not.toHaveProperty(absent);
    expect(mail.ref).toEqual(ref('1'));
    expect(Mail.safeParse(mail).success).toBe(true);
  });

  test('a header may have any name', () => {
    const { headers } = toMail(message);
    expect(Object.getPrototypeOf(headers)).toBeNull();
    expect(Object.keys(headers ?? {})).toContain('__proto__');
    expect(({} as { polluted?: unknown }).polluted).toBeUndefined();
  });
});
