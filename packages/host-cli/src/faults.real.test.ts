import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseAutomation, runAutomation } from '@mailwright/automation';
import { createEmail, memoryVault } from '@mailwright/sdk';
import { describeReal, seededFaults, startFaultProxy, startMailWorld, type MailWorld } from '@mailwright/testing';

const PASSWORD = 'faults-pw-12345';
/** Most of the time a bot waits for a connection to come back: several at once, each with a mailbox of its own. */
const BOTS = ['ada', 'ben', 'cleo', 'dan', 'eva', 'finn', 'gus', 'hana', 'ivo', 'jana', 'kim', 'lea'];
const addressOf = (bot: string) => `${bot}@example.test`;
const SAMPLE = join(import.meta.dirname, '..', '..', '..', 'fixtures', 'automations', 'invoices.steps.yaml');
const FAULTS = Number(process.env['MAILWRIGHT_FAULTS'] ?? 400);
const FIRST_SEED = Number(process.env['MAILWRIGHT_SEED'] ?? 1);
const MAILS = 16;
/** Milliseconds for one run: beyond it, it hangs. */
const HANGS = 120_000;

const id = (index: number) => `<fault-${index}@example.test>`;
const IDS = Array.from({ length: MAILS }, (_, index) => id(index)).sort((a, b) => (a < b ? -1 : 1));

const mail = (index: number) => ({
  raw: Buffer.from(
    [
      'From: Supplier <other@example.test>',
      'To: bots@example.test',
      `Subject: Your invoice ${index}`,
      `Message-ID: ${id(index)}`,
      'MIME-Version: 1.0',
      'Content-Type: multipart/mixed; boundary=b',
      '',
      '--b',
      '',
      'Please pay.',
      '--b',
      'Content-Type: application/pdf',
      `Content-Disposition: attachment; filename=invoice-${index}.pdf`,
      'Content-Transfer-Encoding: base64',
      '',
      Buffer.alloc(300 + index, index).toString('base64'),
      '--b--',
      '',
    ].join('\r\n'),
  ),
});

describeReal('seeded faults during the invoices bot on Dovecot', ['dovecot', 'postfix', 'openssl'], () => {
  let world: MailWorld;
  beforeAll(async () => {
    world = await startMailWorld({
      users: Object.fromEntries([...BOTS.map((bot) => [bot, PASSWORD]), ['other', 'other-pw-1234']]) as Record<string, string>,
      postfix: true,
    });
    const mails = Array.from({ length: MAILS }, (_, index) => mail(index));
    for (const bot of BOTS) {
      world.seed(bot, 'INBOX', mails);
      for (const folder of ['Done', 'Failed']) world.doveadm('mailbox', 'create', '-u', addressOf(bot), folder);
    }
  }, 60_000);
  afterAll(() => world?.close(), 60_000);

  const FOUND = /mailbox: (\S+)\s+hdr\.message-id: (<fault-\d+@example\.test>)/g;
  const places = (bot: string) =>
    [...world.doveadm('fetch', '-u', addressOf(bot), 'mailbox hdr.message-id', 'all').matchAll(FOUND)].map(([, box, one]) => [box, one]);

  /** The bot through a proxy whose connections break as the seed says; answers how many faults there were, and how it ended. */
  async function run(seed: number, bot: string): Promise<{ faults: number; ended: string }> {
    await using proxy = await startFaultProxy({ port: world.ports.imap, plan: seededFaults(seed, { least: 2_500, most: 16_000 }) });
    const files = mkdtempSync(join(tmpdir(), 'mw-faults-'));
    const hangs = AbortSignal.timeout(HANGS);
    try {
      await using email = createEmail({ files, ca: world.caFile, vaults: [memoryVault('sandbox', { password: PASSWORD })] });
      const automation = parseAutomation(
        readFileSync(SAMPLE, 'utf8').replaceAll('demo@example.test', addressOf(bot)),
        SAMPLE,
        email.definitions,
      );
      const variables = { host: '127.0.0.1', imapPort: proxy.port, smtpPort: world.ports.submission };
      const { ok, error } = await runAutomation(automation, email, { variables, signal: hangs });
      return { faults: proxy.faults.length, ended: hangs.aborted ? 'hangs' : ok ? 'ok' : (error?.code ?? 'failed') };
    } finally {
      rmSync(files, { recursive: true, force: true });
    }
  }

  test(`R6.5 ${FAULTS} faults: no mail lost, none in two folders, no run that hangs`, async () => {
    const endings = new Map<string, number>();
    let faults = 0;
    let next = FIRST_SEED;
    const work = async (bot: string) => {
      while (faults < FAULTS) {
        const seed = next++;
        for (const folder of ['Done', 'Failed']) world.doveadm('move', '-u', addressOf(bot), 'INBOX', 'mailbox', folder, 'all');
        world.doveadm('flags', 'remove', '-u', addressOf(bot), '\\Seen \\Answered', 'mailbox', 'INBOX', 'all');
        const result = await run(seed, bot);
        const found = places(bot);
        // A seed that fails is replayed with MAILWRIGHT_SEED=<seed> MAILWRIGHT_FAULTS=1.
        expect({ seed, ids: found.map(([, one = '']) => one).sort((a, b) => (a < b ? -1 : 1)) }).toEqual({ seed, ids: IDS });
        expect({ seed, ended: result.ended }).not.toMatchObject({ ended: 'hangs' });
        expect({ seed, ended: result.ended }).not.toMatchObject({ ended: 'internal.bug' });
        faults += result.faults;
        endings.set(result.ended, (endings.get(result.ended) ?? 0) + 1);
      }
    };
    await Promise.all(BOTS.map(work));
    console.log(`${faults} faults; runs ended: ${JSON.stringify(Object.fromEntries(endings))}`);
  }, 1_200_000);
});
