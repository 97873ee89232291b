import { fork } from 'node:child_process';
import { join } from 'node:path';
import { GROWTH, IMAP_ATTACKS, POP3_ATTACKS, SMTP_ATTACKS, smtpScript, type Attack } from '@mailwright/testing';
import { createTransport } from 'nodemailer';
import type { Order, Told } from './attacked.test.fixture.ts';

const ATTACKS = [...IMAP_ATTACKS, ...POP3_ATTACKS, ...SMTP_ATTACKS];
const CANARY = 'canary-4ttacked-pa55word';
/** In base64 too, wherever it begins among other letters. */
const TRACES = [
  CANARY,
  ...['', 'x', 'xx'].map((before) =>
    Buffer.from(before + CANARY)
      .toString('base64')
      .slice(4, -4),
  ),
];
/** Milliseconds: the client's deadlines, for as often as a verb may try, and the time to come back. */
const ENDS = 30_000;
/** Milliseconds for an answer: short where none ever comes; else a slow machine would be taken for a silent server. */
const patience = ({ expected }: Attack, bare: boolean) => (/timeout|unknown/.test(expected) ? 2000 : bare ? 5000 : 25_000);

/** A fresh process for each, some at once since most of them wait: what one attack left behind must not hide what the next one does. */
async function suffer(attack: Attack, bare = false): Promise<{ told: Told; received: string }> {
  await using server = await attack.start();
  const { port } = server;
  const { protocol, security, verb } = attack;
  const child = fork(join(import.meta.dirname, '..', 'dist', 'attacked.test.fixture.js'), { execArgv: ['--expose-gc'], stdio: 'ignore' });
  try {
    child.send({ port, protocol, security, verb, password: CANARY, patience: patience(attack, bare), bare } satisfies Order);
    const told = await new Promise<Told>((resolve, reject) => {
      child.once('message', (message) => resolve(message as Told)).once('exit', (code) => reject(new Error(`the process ended: ${code}`)));
    });
    return { told, received: server.received() };
  } finally {
    child.kill('SIGKILL');
  }
}

test.concurrent.each(ATTACKS.map((attack) => [`${attack.kind}: ${attack.protocol}, ${attack.verb}: ${attack.name}`, attack] as const))(
  '%s',
  async (_, attack) => {
    const { told, received } = await suffer(attack);
    expect({ code: told.code, shown: told.shown.slice(0, told.code === attack.expected ? 0 : 600) }).toEqual({
      code: attack.expected,
      shown: '',
    });
    expect(told.ms).toBeLessThan(ENDS);
    expect((told.growth ?? 0) / 1024 / 1024).toBeLessThan(GROWTH / 1024 / 1024);
    for (const trace of TRACES) expect(told.shown).not.toContain(trace);
    if (attack.unsaid) expect(received).not.toMatch(attack.unsaid);
    expect((received.match(/LOGIN|AUTH(?!=)|PASS/g) ?? []).length).toBeLessThanOrEqual(attack.expected === 'auth.rejected' ? 2 : 20);
  },
  90_000,
);

describe('negative controls: the libraries alone', () => {
  const attack = (protocol: string, name: string) => ATTACKS.find((one) => one.protocol === protocol && one.name === name)!;

  test('a stripped STARTTLS makes them send the password in the clear', async () => {
    for (const protocol of ['imap', 'smtp']) {
      const { received } = await suffer(attack(protocol, 'STARTTLS is not offered'), true);
      expect(TRACES.some((trace) => received.includes(trace))).toBe(true);
    }
  }, 90_000);

  test('a line without end makes them grow beyond the cap', async () => {
    const { told } = await suffer(attack('imap', 'a line without end'), true);
    if (told.growth !== undefined) expect(told.growth).toBeGreaterThan(GROWTH);
  }, 90_000);

  test('an echoed password stands in their error', async () => {
    const { told } = await suffer(attack('imap', 'the refusal of a sign-in repeats the line'), true);
    expect(TRACES.some((trace) => told.shown.includes(trace))).toBe(true);
  }, 90_000);

  test('an answer that drips keeps them waiting', async () => {
    expect((await suffer(attack('imap', 'the answer to the sign-in drips'), true)).told.code).toBe('pending');
  }, 90_000);

  test('under another numbering they move another mail; a move that was not done is done for them', async () => {
    const other = await suffer(attack('imap', 'another numbering after a reconnect (UIDVALIDITY)'), true);
    expect(other.received).toMatch(/UID MOVE 5/);
    expect((await suffer(attack('imap', 'a move that is said to be done and is not'), true)).told.code).toBe('ok');
  }, 90_000);

  test('silence after the final dot, tried again, is two mails with two names', async () => {
    const script = await smtpScript((command) => (command === '.' ? 'drop' : 'honest'));
    const transport = createTransport({ host: '127.0.0.1', port: script.port, ignoreTLS: true });
    for (let attempt = 0; attempt < 2; attempt++)
      await transport.sendMail({ from: 'a@example.test', to: 'b@example.test', text: 'x' }).catch(() => undefined);
    await script.close();
    expect(new Set(script.mails.map((mail) => /^Message-ID: (.*)$/im.exec(mail)?.[1])).size).toBe(2);
  });
});
