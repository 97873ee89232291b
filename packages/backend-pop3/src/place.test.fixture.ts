import { startSandbox, type Fault, type Sandbox } from '@mailwright/sandbox';
import { collect, openAt, password, type Full, type Trial } from './stand.test.fixture.ts';

export const smallMail = (n: number): Buffer =>
  Buffer.from(`From: a@example.test\r\nSubject: mail ${n}\r\nMessage-ID: <${n}@example.test>\r\n\r\nbody ${n}\r\n`);
const smallMails = (count: number) => Array.from({ length: count }, (_, n) => smallMail(n + 1));

/** A sandbox for the tests of one file: making certificates takes a while. */
export class Place {
  #sandbox: Sandbox | undefined;
  #users = 0;
  /** What the server does to a command. */
  fault: (command: string) => Fault | undefined = () => undefined;
  /** Commands as the server heard them. */
  readonly heard: string[] = [];

  async start(): Promise<void> {
    this.#sandbox = await startSandbox({ seed: false, fault: (command) => this.fault(command), log: (line) => this.heard.push(line) });
  }

  async close(): Promise<void> {
    await this.#sandbox?.close();
  }

  /** A user alone with some mails. */
  async stand(mails: number | readonly Buffer[] = 6, trial: Trial = {}) {
    const sandbox = this.#sandbox as Sandbox;
    const address = `user${++this.#users}@example.test`;
    const account = sandbox.store.addAccount(address, 'stand-password');
    for (const mail of typeof mails === 'number' ? smallMails(mails) : mails) account.folder('INBOX')?.add(mail);
    const open = (): Promise<Full> =>
      openAt(sandbox.pop3.tlsPort, {
        config: { security: 'tls' },
        credential: password(address, 'stand-password'),
        ...trial,
        context: { tls: { ca: [sandbox.caPem] }, ...trial.context },
      });
    const mailbox = await open();
    this.heard.length = 0;
    const refs = async () => (await collect(mailbox.search({ folder: 'INBOX' }))).map(({ ref }) => ref);
    const left = () => (account.folder('INBOX')?.messages ?? []).map(({ raw }) => Number(/mail (\d+)/.exec(raw.toString())?.[1]));
    const count = (command: string) => this.heard.filter((one) => one === command).length;
    return {
      account,
      mailbox,
      open,
      refs,
      left,
      count,
      [Symbol.asyncDispose]: () => mailbox[Symbol.asyncDispose](),
    };
  }
}
