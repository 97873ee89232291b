import { spawn } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { BOX, openFiles, temporaryFolder } from './stand.test.fixture.ts';

const MAILS = 12;
const mail = (index: number) => Buffer.from(`From: a@example.test\nSubject: kill ${index}\n\n${`line ${index}\n`.repeat(2000)}`);

/** Moves all of the inbox to Done and puts a copy of each into Kept, until it is killed. */
const SCRIPT = `
import { file } from './dist/index.js';
const log = { debug() {}, info() {}, warn() {} };
const limits = { connect: 3e4, command: 3e4, search: 3e4, read: 3e4, send: 3e4, idle: 3e4, throughput: 65536, largestMessage: 1e8, line: 1e6 };
const ctx = { signal: new AbortController().signal, timeZone: 'UTC', limits, log, readOnly: false, stage() {}, turn: (work) => work() };
const mailbox = await file.open(file.config.parse({ path: process.argv[1] }), { kind: 'none' }, ctx);
console.log('ready');
for await (const message of mailbox.search({ folder: 'INBOX', load: 'message' })) {
  await mailbox.append('Kept', await message.raw(), message.size, []);
  await mailbox.move([message.ref], 'Done');
}
console.log('done');
`;

test.each(['eml', 'maildir'] as const)(
  'SIGKILL at any moment, on %s: no mail lost, none torn, and the next run finishes',
  async (form) => {
    const folder = temporaryFolder();
    const at = (...names: string[]) => join(folder.path, ...names);
    const inner = (name: string) => (form === 'maildir' ? at(...(name === '' ? [] : [`.${name}`])) : at(name));
    for (const name of ['', 'Done', 'Kept'])
      for (const sub of form === 'maildir' ? BOX : ['']) mkdirSync(join(inner(name), sub), { recursive: true });
    for (let index = 0; index < MAILS; index++)
      writeFileSync(form === 'maildir' ? at('cur', `17000${1000 + index}.M1P1.host:2,S`) : at(`${1000 + index}.eml`), mail(index));
    // Milliseconds after it began; the last run may finish.
    for (const delay of [0, 15, 40, 90, undefined]) {
      const child = spawn(process.execPath, ['--input-type=module', '-e', SCRIPT, folder.path], { cwd: join(import.meta.dirname, '..') });
      let said = '';
      child.stdout.on('data', (chunk: Buffer) => {
        if (said === '' && delay !== undefined) setTimeout(() => child.kill('SIGKILL'), delay);
        said += chunk.toString();
      });
      const signal = await new Promise((resolve) => child.on('close', (_code, how) => resolve(how)));
      const mailbox = await openFiles(folder.path);
      const subjects = async (path: string) => {
        const found = await Array.fromAsync(mailbox.search({ folder: path, load: 'message' }));
        for (const { subject, size } of found) expect({ subject, size }).toEqual({ subject, size: mail(Number(subject.slice(5))).length });
        return found.map(({ subject }) => subject);
      };
      const [left, done] = [await subjects('INBOX'), await subjects('Done')];
      // A mail may be in both for the moment between link and unlink; it is in one of them at the least.
      expect(new Set([...left, ...done]).size).toBe(MAILS);
      // What is kept is whole: subjects() looks at the size of each.
      expect((await subjects('Kept')).length).toBeGreaterThanOrEqual(done.length);
      if (delay === undefined) expect([signal, left.length, done.length]).toEqual([null, 0, MAILS]);
    }
    folder.remove();
  },
  120_000,
);
