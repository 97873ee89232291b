import { FakeRunner, mail, play } from '../runner.test.fixture.ts';

test('reading runs, changing is only planned, and what needs a planned result is planned too', async () => {
  const runner = new FakeRunner({ 'email.count': () => ({ count: 2 }) });
  runner.items = [mail('1'), mail('2')];
  const { result, events } = await play(
    runner,
    `  - { id: count, action: email.count }
  - id: each
    loop: email.loop
    as: mail
    do:
      - { id: save, action: email.save-attachments, with: { messages: '{{ mail }}', to: x } }
      - { id: reply, action: email.reply, with: { message: '{{ mail }}', text: '{{ save.files[0].path }}' } }
      - { id: big, if: '{{ size(save.files) > 1 }}', do: [{ id: inner, action: email.count }] }
      - { id: note, set: { path: '{{ save.files[0].path }}', seen: '{{ mail.subject }}' } }
      - { id: use, action: email.reply, with: { message: '{{ mail }}', text: '{{ path }}' } }
      - { id: files, loop: '{{ save.files }}', do: [{ id: f, action: email.count }] }
`,
    { dryRun: true },
    'variables: { path: { type: string }, seen: { type: string, output: true } }\n',
  );
  expect(result).toMatchObject({ ok: true, outputs: { seen: 'Invoice 2' }, steps: { inner: { done: 0 }, f: { done: 0 } } });
  expect(runner.calls.map(({ id, dryRun }) => `${id} ${String(dryRun)}`)).toEqual([
    'email.connect true',
    'email.count true',
    'email.loop true',
    'email.save-attachments true',
    'email.save-attachments true',
  ]);
  const told = events.flatMap((event) =>
    event.event === 'step' && event.state !== 'started' ? [`${event.number} ${event.id} ${event.state}`] : [],
  );
  expect(told.slice(0, 8)).toEqual([
    '1 connect done',
    '2 count done',
    '3.1 save planned',
    '3.2 reply planned',
    '3.3 big planned',
    '3.4 note planned',
    '3.5 use planned',
    '3.6 files planned',
  ]);
  expect(events).toContainEqual(
    expect.objectContaining({
      id: 'save',
      state: 'planned',
      output: { planned: true, sentence: 'would email.save-attachments', count: 1 },
    }),
  );
  expect(events).toContainEqual(expect.objectContaining({ id: 'reply', state: 'planned', output: { planned: true, needs: ['save'] } }));
});
