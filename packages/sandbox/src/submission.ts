import { buffer } from 'node:stream/consumers';
import { SMTPServer } from 'smtp-server';
import type { Certificates } from './certificate.ts';
import type { Store } from './store.ts';

export interface SubmissionSettings {
  readonly store: Store;
  readonly certificates: Certificates;
  /** TLS from the first byte, else STARTTLS. */
  readonly implicitTls: boolean;
  readonly allowClearText: boolean;
}

/** SMTP submission (RFC 6409): a login, then mail for the sandbox's users into their inboxes; nothing leaves the machine. */
export function submissionServer({ store, certificates, implicitTls, allowClearText }: SubmissionSettings): SMTPServer {
  return new SMTPServer({
    secure: implicitTls,
    key: certificates.key,
    cert: certificates.cert,
    minVersion: 'TLSv1.2',
    allowInsecureAuth: allowClearText,
    disableReverseLookup: true,
    logger: false,
    size: 50 * 1024 * 1024,
    banner: 'Mailwright sandbox',
    onAuth({ username = '', password = '' }, _session, done) {
      const account = store.account(username);
      if (account && account.password === password) done(null, { user: account.address });
      else done(Object.assign(new Error('Wrong user name or password'), { responseCode: 535 }));
    },
    onData(stream, { envelope }, done) {
      buffer(stream).then(
        (raw) => {
          if (stream.sizeExceeded) return done(Object.assign(new Error('Message too large'), { responseCode: 552 }));
          store.deliver(
            envelope.mailFrom === false ? '' : envelope.mailFrom.address,
            envelope.rcptTo.map(({ address }) => address),
            raw,
          );
          done();
        },
        (error: Error) => done(error),
      );
    },
  });
}
