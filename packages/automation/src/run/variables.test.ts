import { FakeRunner, play } from '../runner.test.fixture.ts';

const TOP = `variables:
  word: { type: string, default: invoice }
  port: { type: number, default: 143 }
  live: { type: boolean, default: false }
  since: { type: date, default: "{{ addDays('2026-01-08', -7) }}" }
  names: { type: list, default: [a] }
  sizes: { type: object, default: { a: 1 } }
  total: { type: number, output: true }
  last: { type: date, output: true }
  pw: { type: secret, default: { credential: vault/pw } }
`;
const SAY = `  - { id: say, action: email.reply, with: { message: { folder: a, id: b }, text: "{{ word }} {{ port }} {{ live }} {{ since < now() }} {{ size(names) }} {{ sizes.a }}" } }\n`;
const said = (runner: FakeRunner) => runner.inputs('email.reply').map((input) => (input as { text: string }).text);

test('defaults hold unless a value is given', async () => {
  const runner = new FakeRunner();
  await play(runner, SAY, {}, TOP);
  expect(said(runner)).toEqual(['invoice 143 false true 1 1']);
});

test('texts from a command line are read by the type of the variable', async () => {
  const runner = new FakeRunner();
  const variables = { word: '17', port: '993', live: 'TRUE', since: '2099-01-01', names: '["a","b"]', sizes: '{"a":"x"}' };
  await play(runner, SAY, { variables }, TOP);
  expect(said(runner)).toEqual(['17 993 true false 2 x']);
});

test.each([
  [{ prot: '1' }, 'variable prot: there is no such variable', 'Did you mean "port"?'],
  [
    { nothing: '1' },
    'variable nothing: there is no such variable',
    'Variables of this automation: word, port, live, since, names, sizes, total, last, pw.',
  ],
  [{ port: 'x' }, 'variable port: it takes a value of type number', 'Give a number such as 993 or 1.5.'],
  [{ port: true }, 'variable port: it takes a value of type number', 'Give a number such as 993 or 1.5.'],
  [{ live: 'maybe' }, 'variable live: it takes a value of type boolean', 'Give true or false.'],
  [{ since: 'soon' }, 'variable since: it takes a value of type date', 'Give a day as 2026-01-31, or an instant as 2026-01-31T12:00:00Z.'],
  [{ names: '{}' }, 'variable names: it takes a value of type list', 'Give a list as JSON, such as ["a","b"].'],
  [{ sizes: '[' }, 'variable sizes: it takes a value of type object', 'Give an object as JSON, such as {"a":1}.'],
])('%j cannot start the run', async (variables, message, fix) => {
  await expect(play(new FakeRunner(), SAY, { variables }, TOP)).rejects.toMatchObject({ code: 'input.invalid', message, fix });
});

test('an input without a value cannot start the run', async () => {
  const top = 'variables: { customer: { type: string, input: true } }\n';
  await expect(play(new FakeRunner(), '', {}, top)).rejects.toMatchObject({
    code: 'input.invalid',
    message: 'variable customer: it has no value',
  });
});

test('set changes variables, outputs come back', async () => {
  const { result } = await play(
    new FakeRunner(),
    `  - { id: a, set: { total: 1 } }
  - { id: each, loop: '{{ [1, 2, 3] }}', do: [{ id: b, set: { total: '{{ total + item }}' } }] }
  - { id: c, set: { last: '{{ addDays("2026-01-31T12:00:00Z", 1) }}' } }
`,
    {},
    TOP,
  );
  expect(result).toMatchObject({ ok: true, outputs: { total: 7, last: '2026-02-01T12:00:00.000Z' } });
});

test('a value of the wrong type that only the run brings is an error of the step', async () => {
  const { result } = await play(
    new FakeRunner(),
    `  - { id: a, set: { total: '{{ sizes.a }}' } }\n`,
    { variables: { sizes: { a: 'x' } } },
    TOP,
  );
  expect(result.error?.message).toBe('Step "a": the variable "total" takes a value of type number, which this one is not.');
});

test('a variable that was never set is named', async () => {
  const { result } = await play(new FakeRunner(), `  - { id: a, set: { port: '{{ total + 1 }}' } }\n`, {}, TOP);
  expect(result.error?.message).toContain('"total" is a step that has not run, or a variable that was never set');
});

test('R1.55 secrets and texts are exposed for references, and a text for a secret names a vault entry', async () => {
  const runner = new FakeRunner();
  await play(runner, `  - { id: a, set: { word: new } }\n`, { variables: { pw: 'other/path#field' } }, TOP);
  expect(runner.exposed).toEqual([
    { word: 'invoice', pw: { credential: 'other/path#field' } },
    { word: 'new', pw: { credential: 'other/path#field' } },
  ]);
});

test('the reference to a variable goes to the runner as it is', async () => {
  const runner = new FakeRunner();
  const server = '{ backend: imap, host: h, auth: { mode: basic, username: { variable: word }, password: { variable: pw } } }';
  await play(runner, `  - { id: again, action: email.connect, with: { server: ${server} } }\n`, {}, TOP);
  expect(runner.inputs('email.connect')[1]).toEqual({
    server: { backend: 'imap', host: 'h', auth: { mode: 'basic', username: { variable: 'word' }, password: { variable: 'pw' } } },
  });
});
