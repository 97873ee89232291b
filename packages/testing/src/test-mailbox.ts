import { EmailError, type Backend, type Credential, type Mailbox, type OpenContext } from '@mailwright/core';
import { standardSeed, type Seed } from '@mailwright/sandbox';
import type { z } from 'zod';
import { ARRIVING } from './conformance/arriving.ts';
import { ZONE, type Check, type Stand, type Traits } from './conformance/check.ts';
import { CHANGING } from './conformance/changing.ts';
import { FILTERING } from './conformance/filtering.ts';
import { OPENING } from './conformance/opening.ts';
import { READING } from './conformance/reading.ts';
import { SEARCHING } from './conformance/searching.ts';
import { openContext } from './open-context.ts';

/** A server that holds the mail it was given, ready to be opened. */
export interface Started {
  /** As an author writes it; the backend's form fills in the rest. */
  readonly config: object;
  readonly credential: Credential;
  /** The certificate authority of its certificate, PEM. */
  readonly ca?: string;
  close(): Promise<void>;
}

/** Every promise that a mailbox makes. */
export const CHECKS: readonly Check[] = [...OPENING, ...SEARCHING, ...FILTERING, ...READING, ...CHANGING, ...ARRIVING];

/** Time for a server to start and for one check, in milliseconds. */
const LIMIT = 60_000;

/**
 * The promises of a backend as tests, on a server that `start` fills with the standard mailbox. What only looks shares one server;
 * what changes something has one of its own. Where the backend does not provide a verb, the tests of that verb are left out and
 * another sees to it that it is really absent. `traits`: what the protocol cannot have.
 */
export function testMailbox<C extends z.ZodObject>(
  backend: Backend<C, Mailbox>,
  start: (seed: Seed) => Promise<Started>,
  traits: Traits = {},
): void {
  const checks = CHECKS.filter(({ needs = [] }) => needs.every((need) => backend.provides.includes(need)));
  const [changing, looking] = [checks.filter(({ changes }) => changes), checks.filter(({ changes }) => !changes)];
  describe(`a mailbox of ${backend.id}`, () => {
    describe('looked at', () => {
      let shared: OpenStand;
      beforeAll(async () => void (shared = await openStand(backend, start, traits)), LIMIT);
      afterAll(async () => shared?.[Symbol.asyncDispose](), LIMIT);
      test.each(looking.map((check) => [check.title, check] as const))('%s', async (_, check) => check.run(shared), LIMIT);
    });
    if (changing.length === 0) return;
    describe('changed', () => {
      const own = async (_: string, check: Check) => {
        await using stand = await openStand(backend, start, traits);
        await check.run(stand);
      };
      test.each(changing.map((check) => [check.title, check] as const))('%s', own, LIMIT);
    });
  });
}

type OpenStand = Stand & AsyncDisposable;

async function openStand<C extends z.ZodObject>(
  backend: Backend<C, Mailbox>,
  start: (seed: Seed) => Promise<Started>,
  traits: Traits,
): Promise<OpenStand> {
  const seed = conformanceSeed(traits);
  const server = await start(seed);
  const open = (overrides: Partial<OpenContext> = {}) =>
    backend.open(
      backend.config.parse(server.config),
      server.credential,
      openContext({ tls: { ca: server.ca === undefined ? [] : [server.ca] }, timeZone: ZONE, ...overrides }),
    );
  try {
    const mailbox = await open();
    const close = async () => {
      await mailbox[Symbol.asyncDispose]();
      await server.close();
    };
    return { seed, mailbox, provides: backend.provides, traits, open, [Symbol.asyncDispose]: close };
  } catch (error) {
    await server.close();
    throw EmailError.from(error, 'start of the conformance tests');
  }
}

/**
 * The standard mailbox, and a mail in each folder of a tree. Without NUL bytes: IMAP cannot carry them (RFC 3501 section 4.3), and
 * each server makes something else of them. Nor can POP3 carry a last line without its end (RFC 1939 section 3), nor an mbox.
 */
export function conformanceSeed({ headersOnly = false, linesEnd = headersOnly }: Traits = {}): Seed {
  const { folders, messages } = standardSeed();
  const tree = ['Projects', 'Projects/Äpfel & Birnen'].map((folder) => ({
    folder,
    raw: Buffer.from(
      `From: ann@example.com\r\nSubject: in ${folder.split('/').length} levels\r\nMessage-ID: <${folder.length}@example.com>\r\n\r\nx\r\n`,
    ),
    flags: [],
    receivedAt: '2026-11-21T09:00:00.000Z',
  }));
  const carried = messages.map((message) => ({
    ...message,
    raw: ended(Buffer.from(message.raw.map((byte) => byte || 1)), linesEnd),
  }));
  return { folders, messages: [...carried, ...tree] };
}

const ended = (raw: Buffer, always: boolean) =>
  always && !raw.toString('latin1').endsWith('\r\n') ? Buffer.concat([raw, Buffer.from('\r\n')]) : raw;
