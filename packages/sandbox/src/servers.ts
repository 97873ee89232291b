import type { Certificates } from './certificate.ts';
import { ewsServer } from './ews/server.ts';
import type { EwsSettings } from './ews/settings.ts';
import { graphServer, type GraphSettings } from './graph/server.ts';
import { imapServer } from './imap/server.ts';
import type { ServerSettings } from './imap/session.ts';
import { listen, type Sessions, type Listener } from './listener.ts';
import { pop3Server } from './pop3/server.ts';
import { submissionServer } from './smtp/submission.ts';

/** Ports are free ones unless given. */
export interface Ports {
  readonly imapPort?: number;
  readonly imapsPort?: number;
  readonly pop3Port?: number;
  readonly pop3sPort?: number;
  readonly smtpPort?: number;
  readonly smtpsPort?: number;
  readonly graphPort?: number;
  readonly ewsPort?: number;
  readonly ewssPort?: number;
}

/** The servers of a sandbox, as long as they listen. */
export interface Servers {
  readonly ports: Required<Ports>;
  /** Open IMAP and POP3 connections. */
  connections(): number;
  kick(): void;
  stop(): Promise<void>;
}

/** Starts them all, or none. Errors: `input.invalid` for a port that is taken. */
export async function startServers(
  settings: ServerSettings & { readonly graph: Omit<GraphSettings, 'certificates'>; readonly ews: EwsSettings },
  certificates: Certificates,
  wanted: Ports,
): Promise<Servers> {
  const sessions: Sessions = new Set();
  const [smtp, smtps] = [submissionServer({ ...settings, certificates }, false), submissionServer({ ...settings, certificates }, true)];
  const listeners: Listener[] = [];
  const kick = () => {
    for (const session of sessions) session.drop();
    smtp.kick();
    smtps.kick();
    for (const listener of listeners) listener.drop();
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
      pop3Port: await open(pop3Server(settings, false, sessions), 'pop3Port'),
      pop3sPort: await open(pop3Server(settings, true, sessions), 'pop3sPort'),
      smtpPort: await open(smtp.listener, 'smtpPort'),
      smtpsPort: await open(smtps.listener, 'smtpsPort'),
      graphPort: await open(graphServer({ ...settings.graph, certificates }), 'graphPort'),
      ewsPort: await open(ewsServer(settings.ews, undefined), 'ewsPort'),
      ewssPort: await open(ewsServer(settings.ews, certificates), 'ewssPort'),
    };
    return { ports, connections: () => sessions.size, kick, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}
