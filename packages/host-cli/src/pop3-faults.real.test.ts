import { mkdtempSync, readFileSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseAutomation, runAutomation } from '@mailwright/automation';
import { createEmail, memoryVault } from '@mailwright/sdk';
import { describeReal, seededFaults, startFaultProxy, startMailWorld, type MailWorld } from '@mailwright/testing';

const PASSWORD = 'faults-pw-12345';
/** Most of the time a bot waits for a connection to come back: several at once, each with a mailbox of its own. */
const BOTS = ['ada', 'ben', 'cleo', 'dan'];
const addressOf = (bot: string) => `${bot}@example.test`;
const FAULTS = Number(process.env['MAILWRIGHT_FAULTS'] ?? 60);
const FIRST_SEED = Number(process.env['MAILWRIGHT_SEED'] ?? 1);
const MAILS = 20;
/** Milliseconds for one run: beyond it, it hangs. */
const HANGS = 120_000;

const bot = (name: string, port: number) => `
version: 1
id: faults
name: Saves and erases
steps:
  - id: connect
    action: email.connect
    with:
      timeZone: UTC
      server:
        backend: pop3
        host: 127.0.0.1
        port: ${port}
        security: starttls
        auth: { mode: basic, username: { insecure: ${addressOf(name)} }, password: { credential: sandbox/password } }
  - id: mails
    loop: email.loop
    as: mail
    do:
      - { id: save, action: email.save-message, with: { messages: '{{ mail }}', to: saved } }
      - { id: erase, action: email.erase, with: { messages: '{{ mail }}' } }
  - { id: bye, action: email.disconnect }
`;
const id = (index: number) => `<fault-${index}@example.test>`;
const IDS = Array.from({ length: MAILS }, (_, index) => id(index));
const raw = (index: number) =>
  Buffer.from(`From: a@example.test\r\nSubject: fault ${index}\r\nMessage-ID: ${id(index)}\r\n\r\n${'.line\r\n'.repeat(50 + index)}`);

describeReal('seeded faults over POP3 on Dovecot', ['dovecot', 'pop3-login', 'openssl'], () => {
  let world: MailWorld;
  let round = 0;
  beforeAll(async () => {
    world = await startMailWorld({ users: Object.fromEntries(BOTS.map((name) => [name, PASSWORD])) });
  }, 60_000);
  afterAll(() => world?.close(), 60_000);

  const left = (name: string) =>
    [...world.doveadm('fetch', '-u', addressOf(name), 'hdr.message-id', 'all').matchAll(/<fault-\d+@example\.test>/g)].map(([one]) => one);

  function seed(name: string): void {
    if (left(name).length > 0) world.doveadm('expunge', '-u', addressOf(name), 'mailbox', 'INBOX', 'all');
    const second = ++round;
    world.seed(
      name,
      'INBOX',
      IDS.map((_, index) => ({ raw: raw(index), receivedAt: new Date(Date.UTC(2026, 10, 1, 0, second, index)) })),
    );
  }

  /** What a run left behind: on the server, on the disk, and how it ended. */
  async function run(number: number, name: string) {
    await using proxy = await startFaultProxy({ port: world.ports.pop3, plan: seededFaults(number, { least: 2_500, most: 30_000 }) });
    const files = mkdtempSync(join(tmpdir(), 'mw-faults-'));
    const hangs = AbortSignal.timeout(HANGS);
    try {
      let ended = 'ok';
      {
        await using email = createEmail({ files, ca: world.caFile, vaults: [memoryVault('sandbox', { password: PASSWORD })] });
        const automation = parseAutomation(bot(name, proxy.port), 'bot.steps.yaml', email.definitions);
        const { ok, error } = await runAutomation(automation, email, { signal: hangs });
        if (!ok) ended = error?.code ?? 'failed';
      }
      const folder = join(files, 'saved');
      const saved = readdirSync(files).includes('saved')
        ? readdirSync(folder)
            .filter((one) => one.endsWith('.eml'))
            .map((one) => readFileSync(join(folder, one)))
        : [];
      return { faults: proxy.faults.length, ended: hangs.aborted ? 'hangs' : ended, saved };
    } finally {
      rmSync(files, { recursive: true, force: true });
    }
  }

  test(`R6.5 ${FAULTS} faults: no mail lost, no run that hangs, and none that says it erased what is there`, async () => {
    const endings = new Map<string, number>();
    let faults = 0;
    let next = FIRST_SEED;
    const work = async (name: string) => {
      while (faults < FAULTS) {
        const number = next++;
        seed(name);
        const { ended, saved, ...result } = await run(number, name);
        const here = left(name);
        const lost = IDS.filter((one, index) => !here.includes(one) && !saved.some((file) => file.equals(raw(index))));
        // A seed that fails is replayed with MAILWRIGHT_SEED=<seed> MAILWRIGHT_FAULTS=1.
        expect({ number, lost }).toEqual({ number, lost: [] });
        expect({ number, ended }).not.toMatchObject({ ended: 'hangs' });
        expect({ number, ended }).not.toMatchObject({ ended: 'internal.bug' });
        if (ended === 'ok') expect({ number, here }).toEqual({ number, here: [] });
        faults += result.faults;
        endings.set(ended, (endings.get(ended) ?? 0) + 1);
      }
    };
    await Promise.all(BOTS.map(work));
    console.log(`${faults} faults over POP3; runs ended: ${JSON.stringify(Object.fromEntries(endings))}`);
  }, 600_000);
});
