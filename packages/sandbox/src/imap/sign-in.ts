import { TOKEN_REFUSED, byPassword, byPlain, byToken, decoded } from '../login.ts';
import type { Account } from '../store/account.ts';
import type { Handlers } from './commands.ts';
import type { Session } from './session.ts';
import { Malformed, No, expectCount, textOf } from './words.ts';

export const signInCommands: Handlers = {
  CAPABILITY: { needs: 'nothing', run: (session) => (session.wire.line(`* CAPABILITY ${session.capabilities()}`), '') },
  NOOP: { needs: 'nothing', run: () => '' },
  ID: { needs: 'nothing', run: (session) => (session.wire.line('* ID ("name" "Mailwright sandbox")'), '') },
  ENABLE: { needs: 'login', run: (session) => (session.wire.line('* ENABLED'), '') },
  NAMESPACE: {
    needs: 'login',
    extension: 'namespace',
    run: (session) => (session.wire.line('* NAMESPACE (("" "/")) NIL NIL'), ''),
  },
  LOGOUT: {
    needs: 'nothing',
    run(session, _words, tag) {
      session.wire.line('* BYE see you');
      session.wire.line(`${tag} OK LOGOUT done`);
      session.ended = true;
      session.wire.close();
      return undefined;
    },
  },
  STARTTLS: {
    needs: 'guest',
    run(session, _words, tag) {
      if (session.wire.secure()) throw new Malformed('TLS is there already');
      session.wire.line(`${tag} OK go ahead`);
      session.wire.startTls(session.settings.context);
      return undefined;
    },
  },
  LOGIN: {
    needs: 'guest',
    run(session, words) {
      expectCount(words, 2);
      if (!session.mayLogIn()) throw new No('[PRIVACYREQUIRED] STARTTLS first');
      return welcome(session, byPassword(session.settings, textOf(words[0], 'user name'), textOf(words[1], 'password')));
    },
  },
  AUTHENTICATE: {
    needs: 'guest',
    async run(session, words) {
      expectCount(words, 2);
      if (!session.mayLogIn()) throw new No('[PRIVACYREQUIRED] STARTTLS first');
      const mechanism = MECHANISMS[textOf(words[0], 'mechanism').toUpperCase()];
      if (!mechanism || (mechanism.token && !session.settings.acceptToken)) throw new No('[CANNOT] this mechanism is not offered');
      const given = words[1] ? textOf(words[1], 'answer') : await challenge(session, '');
      return welcome(session, await mechanism.check(session, answerIn(given)));
    },
  },
};

interface Mechanism {
  readonly token: boolean;
  check(session: Session, answer: string): Account | undefined | Promise<Account | undefined>;
}

const MECHANISMS: Readonly<Record<string, Mechanism>> = {
  PLAIN: { token: false, check: ({ settings }, answer) => byPlain(settings, answer) },
  XOAUTH2: { token: true, check: token },
  OAUTHBEARER: { token: true, check: token },
};

/** A refused token is explained in one more challenge, which the client answers before it hears NO. */
async function token(session: Session, answer: string): Promise<Account | undefined> {
  const account = byToken(session.settings, answer);
  if (!account) await challenge(session, TOKEN_REFUSED);
  return account;
}

async function challenge(session: Session, text: string): Promise<string> {
  session.wire.line(`+ ${text}`);
  const line = (await session.wire.next())?.text ?? '*';
  if (line === '*') throw new Malformed('given up');
  return line;
}

function answerIn(text: string): string {
  const answer = decoded(text);
  if (answer === undefined) throw new Malformed('this is no base64');
  return answer;
}

function welcome(session: Session, account: Account | undefined): string {
  if (!account) throw new No('[AUTHENTICATIONFAILED] the user name or password is wrong');
  session.enter(account);
  return `[CAPABILITY ${session.capabilities()}] welcome`;
}
