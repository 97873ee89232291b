import type { Certificates } from './certificate.ts';
import { imapServer, type Sessions } from './imap/server.ts';
import type { ServerSettings } from './imap/session.ts';
import { listen, type Listener } from './listener.ts';
import { submissionServer } from './smtp/submission.ts';

/** Ports are free ones unless given. */
export interface Ports {
  readonly imapPort?: number;
  readonly imapsPort?: number;
  readonly smtpPort?: number;
  readonly smtpsPort?: number;
}

/** The four servers of a sandbox, as long as they listen. */
export interface Servers {
  readonly ports: Required<Ports>;
  /** Open IMAP connections. */
  connections(): number;
  kick(): void;
  stop(): Promise<void>;
}

/** Starts them all, or none. Errors: `input.invalid` for a port that is taken. */
export async function startServers(settings: ServerSettings, certificates: Certificates, wanted: Ports): Promise<Servers> {
  const sessions: Sessions = new Set();
  const [smtp, smtps] = [submissionServer({ ...settings, certificates }, false), submissionServer({ ...settings, certificates }, true)];
  const listeners: Listener[] = [];
  const kick = () => {
    for (const session of sessions) session.wire.drop();
    smtp.kick();
    smtps.kick();
  };
  const stop = async () => {
    kick();
    await Promise.all(listeners.map((listener) => listener.stop()));
  };
  const open = async (server: Parameters<typeof listen>[0], name: keyof Ports) => {
    const listener = await listen(server, wanted[name] ?? 0, name);
    listeners.push(listener);
    return listener.port;
  };
  try {
    const ports = {
      imapPort: await open(imapServer(settings, false, sessions), 'imapPort'),
      imapsPort: await open(imapServer(settings, true, sessions), 'imapsPort'),
      smtpPort: await open(smtp.listener, 'smtpPort'),
      smtpsPort: await open(smtps.listener, 'smtpsPort'),
    };
    return { ports, connections: () => sessions.size, kick, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}
