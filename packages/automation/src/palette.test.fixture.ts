import {
  Failed,
  Filter,
  Mail,
  MessageQuery,
  MovedData,
  Partial,
  Selection,
  SelectionOfOne,
  SessionName,
  defineAction,
  defineLoop,
  defineSession,
  folder,
  multiline,
  secretField,
  serverFields,
  settingField,
  type Definition,
} from '@mailwright/core';
import { z } from 'zod';

/** A palette of the real shape for the tests of this package; nothing here talks to a server. */
const never = () => Promise.reject(new Error('a fake runner runs nothing'));

const auth = z.discriminatedUnion('mode', [
  z.strictObject({ mode: z.literal('none') }),
  z.strictObject({
    mode: z.literal('basic'),
    username: settingField({ title: 'User name' }),
    password: secretField({ title: 'Password' }),
  }),
]);
const PORTS = { tls: 993, starttls: 143, none: 143 };
const server = z.discriminatedUnion('backend', [
  z.strictObject({ backend: z.literal('imap'), ...serverFields(PORTS), auth }),
  z.strictObject({ backend: z.literal('file'), path: z.string().min(1) }),
]);
const outgoing = z.strictObject({ backend: z.literal('smtp'), ...serverFields(PORTS), auth, from: z.email().optional() });

const connect = defineSession({
  id: 'email.connect',
  title: 'Connect',
  summary: 'Opens a server.',
  line: 'Connect {session} to {server}',
  effect: 'read',
  input: z
    .strictObject({
      session: SessionName,
      server: server.optional(),
      saved: z.string().min(1).optional(),
      outgoing: outgoing.optional(),
      readOnly: z.boolean().default(false),
    })
    .refine(({ server, saved, outgoing }) => server ?? saved ?? outgoing, {
      error: 'one of server, saved and outgoing is needed',
      path: ['server'],
    }),
  output: z.object({ session: z.string(), backend: z.string() }),
  run: never,
});
const disconnect = defineSession({
  id: 'email.disconnect',
  title: 'Disconnect',
  summary: 'Closes a session.',
  line: 'Disconnect {session}',
  effect: 'read',
  input: z.strictObject({ session: SessionName, all: z.boolean().default(false) }),
  output: z.object({ closed: z.array(z.string()) }),
  run: never,
});
const loop = defineLoop({
  id: 'email.loop',
  title: 'For each message',
  summary: 'Mails of a folder.',
  line: 'For each mail in {folder}: {filter}',
  effect: 'read',
  needs: ['search', 'read'],
  input: z.strictObject({ ...MessageQuery.shape, load: z.enum(['summary', 'message']).default('message') }),
  item: Mail,
  async *each() {},
});
const count = defineAction({
  id: 'email.count',
  title: 'Count',
  summary: 'Counts messages.',
  line: 'Count mail in {folder}',
  effect: 'read',
  needs: ['search'],
  input: z.strictObject({ folder: folder({ title: 'Folder' }).default('INBOX'), filter: Filter.optional() }),
  output: z.object({ count: z.number() }),
  run: never,
});
const read = defineAction({
  id: 'email.read',
  title: 'Read message',
  summary: 'Reads one message.',
  line: 'Read {message}',
  effect: 'read',
  needs: ['read'],
  input: z.strictObject({ message: SelectionOfOne }),
  output: z.object({ found: z.boolean(), message: Mail.optional() }),
  run: never,
});
const move = defineAction({
  id: 'email.move',
  title: 'Move',
  summary: 'Moves messages.',
  line: 'Move {messages} to {to}',
  effect: 'write',
  needs: ['move'],
  input: z.strictObject({
    messages: Selection,
    to: folder({ title: 'Target folder' }),
    createFolder: z.boolean().default(false),
    partial: Partial,
  }),
  output: z.object({ moved: z.array(MovedData), failed: z.array(Failed) }),
  run: never,
});
const reply = defineAction({
  id: 'email.reply',
  title: 'Reply',
  summary: 'Answers a message.',
  line: 'Reply to {message}',
  effect: 'send',
  needs: ['send', 'read'],
  input: z.strictObject({ message: SelectionOfOne, text: multiline({ title: 'Text' }), cc: z.array(z.string()).optional() }),
  output: z.object({ messageId: z.string(), state: z.enum(['sent', 'queued']) }),
  run: never,
});
const saveAttachments = defineAction({
  id: 'email.save-attachments',
  title: 'Save attachments',
  summary: 'Writes attachments to disk.',
  line: 'Save attachments of {messages} to {to}',
  effect: 'write',
  needs: ['read'],
  input: z.strictObject({ messages: Selection, to: z.string().min(1), largest: z.number().int().min(1).max(500).optional() }),
  output: z.object({ files: z.array(z.object({ path: z.string(), size: z.number() })) }),
  run: never,
});

export const PALETTE: readonly Definition[] = [connect, disconnect, loop, count, read, move, reply, saveAttachments];

/** A file that connects and has the steps given, each line indented as it stands. */
export function file(steps: string, top = ''): string {
  return `version: 1
id: test
name: Test
${top}steps:
  - id: connect
    action: email.connect
    with: { server: { backend: file, path: mails } }
${steps}`;
}
