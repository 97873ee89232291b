import { mistakes } from '../mistakes.test.fixture.ts';

/** A step below a connect, and what is wrong with it: column, step, problem, mend. */
test.each([
  ['{ id: a, action: email.count, with: { folder: {{ word }} } }', ["51 an expression must stand in quotes. Write '{{ word }}'."]],
  [
    '{ id: a, action: email.count, with: { filter: { op: "{{ word }}" } } }',
    [
      '57 step 2 "a", filter, op: this cannot be an expression, since the fields beside it depend on it. Write one of: and, or, not, contains, matches, on, before, after, flag, is, hasAttachments.',
    ],
  ],
  [
    '{ id: a, action: email.save-attachments, with: { messages: [], to: x, largest: "{{ word }}" } }',
    ['85 step 2 "a", largest: a number is expected, but this expression gives string. Change the expression.'],
  ],
  [
    '{ id: a, action: email.save-attachments, with: { messages: [], to: x, largest: "{{ n }} MB" } }',
    ['84 step 2 "a", largest: a number is expected, not a text with an expression in it. Write the expression alone: \'{{ ... }}\'.'],
  ],
  [
    '{ id: a, action: email.count, with: { folder: "{{ n }}" } }',
    [
      '52 step 2 "a", folder: a text is expected, but this expression gives number. Convert it with string(...), or name one of its fields.',
    ],
  ],
  [
    '{ id: a, action: email.count, with: { folder: "{{ }}" } }',
    ['54 step 2 "a", folder: {{ }} is empty. Write an expression between the braces, or leave them out.'],
  ],
  [
    '{ id: a, action: email.count, with: { folder: "{{ word" } }',
    ['52 step 2 "a", folder: this {{ has no }}. Close it with }}, or write {{ \'{{\' }} for the braces themselves.'],
  ],
  [
    '{ id: a, action: email.count, with: { folder: "{{ wrod }}" } }',
    ['55 step 2 "a", folder: there is no "wrod" here. Did you mean "word"?'],
  ],
  [
    '{ id: a, action: email.count, with: { folder: "{{ word == }}" } }',
    [
      '63 step 2 "a", folder: {{ word == }} cannot be read: it ends too early. Use names, fields, functions, texts in quotes and + - * / == != < > && || !.',
    ],
  ],
  [
    '{ id: a, action: email.count, with: { folder: "{{ word = 1 }}" } }',
    ['60 step 2 "a", folder: {{ word = 1 }} cannot be read: unexpected character: =. Compare with ==.'],
  ],
  [
    '{ id: a, action: email.count, with: { folder: "{{ lowr(word) }}" } }',
    ['55 step 2 "a", folder: there is no function "lowr". Did you mean "lower"?'],
  ],
  [
    '{ id: a, action: email.count, with: { folder: "{{ lower(n) }}" } }',
    ['55 step 2 "a", folder: lower(number) is not possible. Write it as lower(string) or string.lower().'],
  ],
  [
    '{ id: a, action: email.count, with: { folder: "{{ word.lowr() }}" } }',
    ['55 step 2 "a", folder: there is no function "lowr". Did you mean "lower"?'],
  ],
  [
    '{ id: a, action: email.count, with: { folder: "{{ n.lower() }}" } }',
    ['55 step 2 "a", folder: number.lower() is not possible. Write it as lower(string) or string.lower().'],
  ],
  [
    '{ id: a, action: email.count, with: { folder: "{{ word + n }}" } }',
    [
      '55 step 2 "a", folder: {{ word + n }} is not possible: string + number. Convert one side with string(...), number(...) or date(...).',
    ],
  ],
  [
    '{ id: a, action: email.count, with: { folder: "{{ pw }}" } }',
    ['55 step 2 "a", folder: "pw" is a secret, which no expression can use. Write { variable: pw } where a secret is expected.'],
  ],
  [
    '{ id: a, action: email.count, with: { folder: "{{ connect.bakend }}" } }',
    ['63 step 2 "a", folder: "connect" has no field "bakend". Did you mean "backend"?'],
  ],
  [
    '{ id: a, action: email.count, with: { folder: "{{ word.matches(\'x\') }}" } }',
    ['59 step 2 "a", folder: text.matches(...) is not available. Write matches(text, pattern): it runs in linear time.'],
  ],
  [
    '{ id: a, action: email.count, with: { folder: "{{ a.count }}" } }',
    ['55 step 2 "a", folder: the step "a" has no result here. Its result can be used in steps below it, inside the same loop or catch.'],
  ],
  [
    '{ id: a, action: email.count, with: { folder: "{{ [1][word] }}" } }',
    ['55 step 2 "a", folder: {{ [1][word] }} is not possible: List index must be number, got \'string\'. Correct the expression.'],
  ],
  [
    '{ id: a, action: email.count, with: { folder: "{{ n ? word : 1 }}" } }',
    [
      '55 step 2 "a", folder: {{ n ? word : 1 }} is not possible: Ternary condition must be boolean, got \'number\'. Correct the expression.',
    ],
  ],
  [
    '{ id: a, action: email.count, with: { folder: "x {{ l }}" } }',
    ['54 step 2 "a", folder: a text cannot be made of list. Name one of its fields, or use join for a list.'],
  ],
  [
    '{ id: a, action: email.count, with: { folder: "{{ duration(\'3s\') }}" } }',
    ['52 step 2 "a", folder: a text is expected, but this expression gives duration. Change the expression.'],
  ],
  [
    '{ id: a, action: email.count, with: { folder: "{{ word.size }}" } }',
    [
      '60 step 2 "a", folder: {{ word.size }} is not possible: a string has no fields. Functions are called with parentheses: size(...), lower(...).',
    ],
  ],
  [
    '{ id: a, action: email.count, with: { folder: "{{ error.code }}" } }',
    ['55 step 2 "a", folder: there is no "error" here. Known here: word, n, l, o, d, b, connect.'],
  ],
  [
    '{ id: a, action: email.connect, with: { server: { backend: imap, host: h, auth: { mode: basic, username: { insecure: u }, password: { credential: "{{ word }}" } } } } }',
    ['151 step 2 "a", server (imap), auth (basic), password: a reference to a secret cannot hold an expression. Write the name itself.'],
  ],
  [
    '{ id: a, action: email.connect, with: { server: { backend: imap, host: h, auth: { mode: basic, username: { insecure: u }, password: "{{ pw }}" } } } }',
    [
      '137 step 2 "a", server (imap), auth (basic), password: a secret is never written here as it is, nor as an expression. Refer to it: { credential: vault/path } or { variable: name }.',
    ],
  ],
  [
    '{ id: a, action: email.connect, with: { server: "{{ o }}" } }',
    ['53 step 2 "a", server: an expression cannot stand for something that holds a secret. Write the fields out.'],
  ],
])('%s', (step, expected) => {
  expect(mistakes(step)).toEqual(expected);
});
