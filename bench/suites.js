// What is measured: mailboxes, made the same each time, and who does what to them.
import { createHash } from 'node:crypto';

const OURS = 'ours.js';
const RAW = 'raw.js';
const FLOW = 'imapflow.js';
const NODE = 'node-imap.js';
const PYTHON = 'stdlib.py';
const RAW_POP3 = 'raw-pop3.js';
const NODE_POP3 = 'node-pop3.js';
const POPLIB = 'poplib-reader.py';
const RAW_MICROSOFT = 'raw-microsoft.js';
const EWS_LIBRARY = 'ews-library.js';
const GRAPH_SDK = 'graph-sdk.js';

/** Suites by name: how many mails there are unless --mails says otherwise, and contenders as [name, file, task]. */
export const SUITES = {
  headers: {
    title: 'Headers of every mail (mailbox A: 1.5 to 8.6 KB, seven character sets, every eighth with an attachment)',
    mails: 10_000,
    mail: ordinary,
    contenders: [
      ['raw socket', RAW, 'headers'],
      ['Mailwright loop, summaries', OURS, 'headers'],
      ['imapflow fetch', FLOW, 'headers'],
      ['node-imap', NODE, 'headers'],
      ['imaplib, batches of 500', PYTHON, 'headers'],
    ],
  },
  read: {
    title: 'Loop and full read of every mail (mailbox A)',
    mails: 10_000,
    mail: ordinary,
    contenders: [
      ['raw socket', RAW, 'read'],
      ['Mailwright loop', OURS, 'read'],
      ['imapflow + simpleParser', FLOW, 'read'],
      ['node-imap + simpleParser', NODE, 'read'],
      ['imaplib + email', PYTHON, 'read'],
    ],
  },
  move: {
    title: 'Move every mail (mailbox A)',
    mails: 2_000,
    mail: ordinary,
    changes: true,
    contenders: [
      ['raw socket, one command', RAW, 'move'],
      ['raw socket, one by one', RAW, 'move-each'],
      ['Mailwright, collected', OURS, 'move'],
      ['Mailwright, one by one', OURS, 'move-each'],
      ['imapflow, one batch', FLOW, 'move'],
      ['imapflow, one by one', FLOW, 'move-each'],
      ['node-imap, one by one', NODE, 'move-each'],
      ['imaplib, one by one', PYTHON, 'move-each'],
    ],
  },
  first: {
    title: 'First item, and leaving early (mailbox D: tiny mails)',
    mails: 100_000,
    mail: tiny,
    contenders: [
      ['Mailwright loop, summaries', OURS, 'headers'],
      ['Mailwright: 10 items, break, list folders', OURS, 'break'],
      ['imapflow fetch', FLOW, 'headers'],
      ['imapflow: 10 items, break, list folders', FLOW, 'break'],
      ['node-imap', NODE, 'headers'],
      ['imaplib, batches of 500', PYTHON, 'headers'],
    ],
  },
  attachment: {
    title: 'One attachment of 100 MB to disk (mailbox C)',
    mails: 1,
    mail: huge,
    contenders: [
      ['raw socket, not decoded', RAW, 'attachment'],
      ['Mailwright save-attachments', OURS, 'attachment'],
      ['imapflow download', FLOW, 'attachment'],
      ['node-imap, decoded as it comes', NODE, 'attachment'],
      ['imaplib + email', PYTHON, 'attachment'],
    ],
  },
  latency: {
    title: 'Headers of 500 mails at a round trip of 40 ms',
    mails: 500,
    mail: tiny,
    roundTrip: 40,
    contenders: [
      ['raw socket', RAW, 'headers'],
      ['Mailwright loop, summaries', OURS, 'headers'],
      ['imapflow fetch', FLOW, 'headers'],
      ['imapflow fetchOne each', FLOW, 'headers-each'],
      ['node-imap', NODE, 'headers'],
      ['imaplib, batches of 500', PYTHON, 'headers'],
    ],
  },
  pop3: {
    title: 'POP3: every mail (mailbox A)',
    mails: 10_000,
    mail: ordinary,
    backend: 'pop3',
    contenders: [
      ['raw socket, RETR pipelined', RAW_POP3, 'read'],
      ['Mailwright loop, summaries (TOP)', OURS, 'headers'],
      ['Mailwright loop, whole and parsed', OURS, 'read'],
      ['node-pop3, RETR', NODE_POP3, 'read'],
      ['node-pop3 + simpleParser', NODE_POP3, 'parse'],
      ['poplib, RETR', POPLIB, 'read'],
      ['poplib + email', POPLIB, 'parse'],
    ],
  },
  'pop3-attachment': {
    title: 'POP3: one attachment of 100 MB to disk (mailbox C)',
    mails: 1,
    mail: huge,
    backend: 'pop3',
    contenders: [
      ['raw socket, the message not decoded', RAW_POP3, 'attachment'],
      ['Mailwright save-attachments', OURS, 'attachment'],
      ['poplib + email', POPLIB, 'attachment'],
    ],
  },
  ews: {
    title: 'Exchange (EWS): headers of every mail (mailbox A)',
    mails: 10_000,
    mail: ordinary,
    backend: 'ews',
    contenders: [
      ['raw https, pages only counted', RAW_MICROSOFT, 'ews'],
      ['Mailwright loop, summaries', OURS, 'headers'],
      ['ews-javascript-api FindItems', EWS_LIBRARY, 'headers'],
    ],
  },
  'ews-attachment': {
    title: 'Exchange (EWS): one attachment of 200 MB to disk',
    mails: 1,
    mail: (index) => huge(index, 200),
    backend: 'ews',
    contenders: [
      ['raw https, the message not decoded', RAW_MICROSOFT, 'ews-attachment'],
      ['Mailwright save-attachments', OURS, 'attachment'],
      ['ews-javascript-api Attachment.Load', EWS_LIBRARY, 'attachment'],
    ],
  },
  graph: {
    title: 'Microsoft Graph: headers of every mail (mailbox A)',
    mails: 10_000,
    mail: ordinary,
    backend: 'graph',
    contenders: [
      ['raw https, pages only counted', RAW_MICROSOFT, 'graph'],
      ['Mailwright loop, summaries', OURS, 'headers'],
      ["Microsoft's SDK, PageIterator", GRAPH_SDK, 'headers'],
    ],
  },
};

const TEXTS = [
  ['utf-8', 'Grüße aus Köln, żółw, γειά'],
  ['iso-8859-1', 'Gr\u00fc\u00dfe aus K\u00f6ln'],
  ['windows-1252', 'Price: 10 \u0080'],
  ['us-ascii', 'Plain words only'],
  ['iso-8859-15', 'caf\u00e9'],
  ['koi8-r', '\u00f0\u00d2\u00c9\u00d7\u00c5\u00d4'],
  ['shift_jis', '\u0082\u00b1\u0082\u00f1'],
];

/** Bytes that look random and are the same each time. */
function noise(index, size) {
  const blocks = [];
  for (let at = 0; at * 32 < size; at++) blocks.push(createHash('sha256').update(`${index}.${at}`).digest());
  return Buffer.concat(blocks).subarray(0, size);
}

const base64 = (bytes) => bytes.toString('base64').replace(/.{76}/g, '$&\r\n');
const head = (index, subject) => [
  `From: "Sender ${index % 97}" <sender${index % 97}@example.test>`,
  'To: demo@example.test',
  `Subject: ${subject}`,
  `Message-ID: <bench-${index}@example.test>`,
  `Date: Mon, 02 Nov 2026 10:${String(index % 60).padStart(2, '0')}:00 +0100`,
  'MIME-Version: 1.0',
];

function ordinary(index) {
  const [charset = '', words = ''] = TEXTS[index % TEXTS.length] ?? [];
  const body = Buffer.from(`${words} `.repeat(20 + (index % 60)), charset === 'utf-8' ? 'utf8' : 'latin1').toString('base64');
  const text = [`Content-Type: text/plain; charset=${charset}`, 'Content-Transfer-Encoding: base64', '', body.replace(/.{76}/g, '$&\r\n')];
  const html = [
    'Content-Type: text/html; charset=utf-8',
    '',
    `<p>Invoice ${index}</p>${'<p>Some words of a mail.</p>'.repeat(index % 40)}`,
  ];
  const both = ['Content-Type: multipart/alternative; boundary=alt', '', '--alt', ...text, '--alt', ...html, '--alt--'];
  const lines = head(index, `=?utf-8?B?${Buffer.from(`Rechnung Nr. ${index} – Grüße`).toString('base64')}?=`);
  if (index % 8 !== 0) return Buffer.from([...lines, ...both, ''].join('\r\n'));
  const file = ['Content-Type: application/pdf; name=invoice.pdf', 'Content-Transfer-Encoding: base64', '', base64(noise(index, 2000))];
  return Buffer.from(
    [...lines, 'Content-Type: multipart/mixed; boundary=mix', '', '--mix', ...both, '--mix', ...file, '--mix--', ''].join('\r\n'),
  );
}

function tiny(index) {
  return Buffer.from([...head(index, `Mail ${index}`), '', 'Hi', ''].join('\r\n'));
}

function huge(index, megabytes = 100) {
  const block = `${base64(noise(index, 57 * 1024))}\r\n`;
  const content = block.repeat(Math.ceil((megabytes * 1024 * 1024) / (57 * 1024)));
  const parts = [
    '--mix',
    'Content-Type: text/plain',
    '',
    'See the file.',
    '--mix',
    'Content-Type: application/octet-stream; name=big.bin',
    'Content-Transfer-Encoding: base64',
    '',
  ];
  return Buffer.from(
    [...head(index, 'A big one'), 'Content-Type: multipart/mixed; boundary=mix', '', ...parts, `${content}--mix--`, ''].join('\r\n'),
  );
}
