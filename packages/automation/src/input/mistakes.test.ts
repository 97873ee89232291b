import { mistakes } from '../mistakes.test.fixture.ts';

/** A step below a connect, and what is wrong with it: column, step, problem, mend. */
test.each([
  [
    '{ id: a, action: email.move, with: {} }',
    [
      '34 step 2 "a": the field "messages" is missing. Add "messages" (Messages): a set of fields or a list.',
      '34 step 2 "a": the field "to" is missing. Add "to" (Target folder): a text.',
    ],
  ],
  ['{ id: a, action: email.move, with: [] }', ['40 step 2 "a", with: a set of fields is expected. Write name: value for each input.']],
  ['{ id: a, action: email.move, with: x }', ['40 step 2 "a", with: a set of fields is expected. Write name: value for each input.']],
  [
    '{ id: a, action: email.count, with: { session: Defalt } }',
    ['52 step 2 "a": no step above connects a session "Defalt". Did you mean "Default"?'],
  ],
  [
    '{ id: a, action: email.count, with: { session: Other } }',
    ['52 step 2 "a": no step above connects a session "Other". Connect it in a step above; connected are: Default.'],
  ],
  [
    '{ id: a, action: email.count, with: { session: "a/b" } }',
    ['52 step 2 "a", session: the text "a/b" does not have the right form. It must be: no slash, colon or control character.'],
  ],
  [
    '{ id: a, action: email.count, with: { folder: } }',
    ['43 step 2 "a", folder: a text is expected, but nothing stands here. Fill it in, or leave the whole line out.'],
  ],
  ['{ id: a, action: email.count, with: { folder: "" } }', ['51 step 2 "a", folder: this may not be empty. Fill it in.']],
  [
    '{ id: a, action: email.count, with: { folder: [INBOX] } }',
    ['51 step 2 "a", folder: a text is expected, not a list. Remove the dashes or brackets.'],
  ],
  [
    '{ id: a, action: email.count, with: { filter: seen } }',
    ['51 step 2 "a", filter: a set of fields is expected, not the text "seen". Correct the value.'],
  ],
  [
    '{ id: a, action: email.count, with: { filter: {} } }',
    [
      '43 step 2 "a", filter: the field "op" is missing. Choose one of: and, or, not, contains, matches, on, before, after, flag, is, hasAttachments.',
    ],
  ],
  ['{ id: a, action: email.count, with: { filter: { opp: flag } } }', ['53 step 2 "a", filter: unknown key "opp". Did you mean "op"?']],
  [
    '{ id: a, action: email.count, with: { filter: { op: flag, name: seen } } }',
    ['43 step 2 "a", filter (flag): the field "value" is missing. Add "value": true or false.'],
  ],
  [
    '{ id: a, action: email.count, with: { filter: { op: flag, name: sen, value: "true" } } }',
    [
      '69 step 2 "a", filter (flag), name: the text "sen" is none of seen, answered, flagged, draft. Did you mean "seen"?',
      '81 step 2 "a", filter (flag), value: true or false is expected, not the text "true". Remove the quotes: true.',
    ],
  ],
  [
    '{ id: a, action: email.count, with: { filter: { op: and, of: [] } } }',
    ['66 step 2 "a", filter (and), of: this list is too short. It needs at least 1.'],
  ],
  [
    '{ id: a, action: email.count, with: { filter: { op: not, of: [] } } }',
    ['66 step 2 "a", filter (not), of: a set of fields is expected, not a list. Remove the dashes or brackets.'],
  ],
  [
    '{ id: a, action: email.count, with: { filter: { op: matches, field: subject, pattern: (unclosed } } }',
    [
      '91 step 2 "a", filter (matches), pattern: "(unclosed" is no pattern that can be used: error parsing regexp: missing closing ): `(unclosed`. Patterns run in linear time, so look-around ((?=, (?!, (?<) and back-references (\\1) are not available. Plain words are better searched with contains.',
    ],
  ],
  [
    '{ id: a, action: email.count, with: { filter: { op: on, field: sentAt, date: 31.01.2026 } } }',
    ['82 step 2 "a", filter (on), date: the text "31.01.2026" does not have the right form. Write a day as 2026-01-31.'],
  ],
  [
    '{ id: a, action: email.count, with: { filter: { op: before, field: sentAt, date: 2026-01-31T12:00 } } }',
    [
      '86 step 2 "a", filter (before), date: the text "2026-01-31T12:00" does not have the right form. Write a day as 2026-01-31, or an instant as 2026-01-31T12:00:00Z, with Z or an offset.',
    ],
  ],
  [
    '{ id: a, action: email.move, with: { messages: { folder: INBOX, filtr: { op: flag } }, to: x } }',
    ['69 step 2 "a", messages: unknown key "filtr". Did you mean "filter"?'],
  ],
  [
    '{ id: a, action: email.move, with: { messages: INBOX, to: x } }',
    ['52 step 2 "a", messages: a set of fields or a list is expected, not the text "INBOX". Correct the value.'],
  ],
  [
    '{ id: a, action: email.move, with: { messages: [ { folder: a, id: 3 } ], to: x } }',
    ['71 step 2 "a", messages, entry 1, id: a text is expected, not the number 3. Put it in quotes: \'3\'.'],
  ],
  [
    '{ id: a, action: email.move, with: { messages: { ref: { folder: a } }, to: x } }',
    ['54 step 2 "a", messages, ref: the field "id" is missing. Add "id": a text.'],
  ],
  [
    '{ id: a, action: email.reply, with: { message: { folder: a, id: b }, text: Yes, thank you } }',
    ['85 step 2 "a": unknown key "thank you". If it belongs to the text before the comma, put that text in quotes.'],
  ],
  [
    '{ id: a, action: email.reply, with: { message: { folder: a, id: b }, text: x, cc: a@b } }',
    ['87 step 2 "a", cc: a list is expected, not the text "a@b". Correct the value.'],
  ],
  [
    '{ id: a, action: email.save-attachments, with: { messages: [], to: x, largest: 501 } }',
    ['84 step 2 "a", largest: the number 501 is too large. Use at most 500.'],
  ],
  [
    '{ id: a, action: email.save-attachments, with: { messages: [], to: x, largest: 1.5 } }',
    ['84 step 2 "a", largest: a whole number is expected, not the number 1.5. Leave the fraction out.'],
  ],
  [
    '{ id: a, action: email.save-attachments, with: { messages: [], to: x, largest: 0 } }',
    ['84 step 2 "a", largest: the number 0 is too small. Use at least 1.'],
  ],
  [
    '{ id: a, action: email.connect, with: { server: { backend: imap, host: h, auth: { mode: basic, username: u, password: topsecret } } } }',
    [
      '123 step 2 "a", server (imap), auth (basic), password: a secret is never written here as it is, nor as an expression. Refer to it: { credential: vault/path } or { variable: name }.',
    ],
  ],
  [
    '{ id: a, action: email.connect, with: { server: { backend: imap, host: h, auth: { mode: basic, username: u, password: { topsecret } } } } }',
    [
      '125 step 2 "a", server (imap), auth (basic), password: this is no reference to a secret. Write { credential: vault/path } or { variable: name }.',
    ],
  ],
  [
    '{ id: a, action: email.connect, with: { server: { backend: imap, host: h, auth: "user:topsecret" } } }',
    ['85 step 2 "a", server (imap), auth: a set of fields is expected here. Write name: value for each of its fields.'],
  ],
  [
    '{ id: a, action: email.connect, with: { server: { backend: imap, host: h, auth: { mode: basic, username: { insecure: u }, password: { credental: x } } } } }',
    ['139 step 2 "a", server (imap), auth (basic), password: unknown key "credental". Did you mean "credential"?'],
  ],
  [
    '{ id: a, action: email.connect, with: { server: { backend: imap, host: h, auth: { mode: basic, username: { insecure: u }, password: { variable: pww } } } } }',
    ['149 step 2 "a", server (imap), auth (basic), password: there is no variable "pww". Did you mean "pw"?'],
  ],
  [
    '{ id: a, action: email.connect, with: { server: { backend: imap, host: h, auth: { mode: basic, username: { insecure: u }, password: { variable: n } } } } }',
    ['149 step 2 "a", server (imap), auth (basic), password: the variable "n" is of type number. Declare it with type: secret.'],
  ],
  [
    '{ id: a, action: email.connect, with: { server: { backend: imap, host: h, auth: { mode: basic, username: { insecure: u }, password: { variable: pw, insecure: x } } } } }',
    [
      '153 step 2 "a", server (imap), auth (basic), password: a reference to a secret has exactly one field. Write { credential: vault/path } or { variable: name }.',
    ],
  ],
  [
    '{ id: a, action: email.connect, with: { server: { backend: imp, host: h } } }',
    ['64 step 2 "a", server, backend: the text "imp" is none of imap, file. Did you mean "imap"?'],
  ],
  [
    '{ id: a, action: email.connect, with: { server: { host: h } } }',
    ['45 step 2 "a", server: the field "backend" is missing. Choose one of: imap, file.'],
  ],
  [
    '{ id: a, action: email.connect, with: { server: { backend: imap, hst: h, port: 70000, auth: { mode: none } } } }',
    [
      '70 step 2 "a", server (imap): unknown key "hst". Did you mean "host"?',
      '84 step 2 "a", server (imap), port: the number 70000 is too large. Use at most 65535.',
    ],
  ],
  [
    '{ id: a, action: email.connect, with: { server: { backend: imap, host: h } } }',
    ['45 step 2 "a", server (imap): the field "auth" is missing. Add "auth": a set of fields.'],
  ],
  [
    '{ id: a, action: email.connect, with: { outgoing: { backend: smtp, host: h, auth: { mode: none }, from: x } } }',
    ['109 step 2 "a", outgoing, from: the text "x" does not have the right form. Write an address as name@example.com.'],
  ],
  [
    '{ id: a, action: email.connect, with: { outgoing: { backend: smtp, host: h, auth: { mode: none }, security: ssl, trustCertificate: abc } } }',
    [
      '113 step 2 "a", outgoing, security: the text "ssl" is none of tls, starttls, none. Choose one of these.',
      '136 step 2 "a", outgoing, trustCertificate: the text "abc" does not have the right form. It must be: a SHA-256 fingerprint: 64 hexadecimal digits.',
    ],
  ],
  [
    '{ id: a, action: email.connect }',
    ['14 step 2 "a", server: one of server, saved and outgoing is needed. Correct these fields together.'],
  ],
])('%s', (step, expected) => {
  expect(mistakes(step)).toEqual(expected);
});
