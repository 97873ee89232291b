import { Malformed, No, textOf } from './command.ts';
import type { Handler } from './commands.ts';
import type { Session } from './session.ts';

export const signInCommands: Readonly<Record<string, Handler>> = {
  CAPABILITY: { needs: 'nothing', run: (session) => (session.send(`* CAPABILITY ${session.capabilities()}`), '') },
  NOOP: { needs: 'nothing', run: () => '' },
  ID: { needs: 'nothing', run: (session) => (session.send('* ID ("name" "Mailwright sandbox")'), '') },
  ENABLE: { needs: 'login', run: (session) => (session.send('* ENABLED'), '') },
  NAMESPACE: { needs: 'login', run: (session) => (session.send('* NAMESPACE (("" "/")) NIL NIL'), '') },
  LOGOUT: {
    needs: 'nothing',
    run(session, _words, tag) {
      session.send('* BYE see you');
      session.send(`${tag} OK LOGOUT done`);
      session.close();
      return undefined;
    },
  },
  STARTTLS: {
    needs: 'nothing',
    run(session, _words, tag) {
      if (session.secure()) throw new Malformed('TLS is there already');
      session.send(`${tag} OK go ahead`);
      session.startTls();
      return undefined;
    },
  },
  LOGIN: {
    needs: 'nothing',
    run(session, [user, password]) {
      if (!session.mayLogIn()) throw new No('[PRIVACYREQUIRED] STARTTLS first');
      return signIn(session, textOf(user, 'user name'), textOf(password, 'password'));
    },
  },
  AUTHENTICATE: {
    needs: 'nothing',
    async run(session, [mechanism, initial]) {
      if (!session.mayLogIn()) throw new No('[PRIVACYREQUIRED] STARTTLS first');
      if (textOf(mechanism, 'mechanism').toUpperCase() !== 'PLAIN') throw new No('[CANNOT] only PLAIN');
      const answer = initial ? textOf(initial, 'answer') : await challenge(session);
      if (answer === '*') throw new Malformed('given up');
      // RFC 4616: authorization identity, user, password, parted by NUL.
      const [, user = '', password = ''] = Buffer.from(answer, 'base64').toString('utf8').split('\0');
      return signIn(session, user, password);
    },
  },
};

function challenge(session: Session): Promise<string> {
  return new Promise((resolve) => {
    session.onLine = (line) => {
      session.onLine = undefined;
      resolve(line);
    };
    session.send('+ ');
  });
}

function signIn(session: Session, user: string, password: string): string {
  const account = session.settings.store.account(user);
  if (!account || account.password !== password) throw new No('[AUTHENTICATIONFAILED] wrong user name or password');
  session.account = account;
  return `[CAPABILITY ${session.capabilities()}] welcome`;
}
