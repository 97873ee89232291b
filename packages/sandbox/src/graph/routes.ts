import type { Account } from '../store/account.ts';
import { Refused, type GraphAnswer, type GraphQuestion } from './answer.ts';
import { addAttachment, beginUpload, getAttachment, getAttachmentBytes, listAttachments } from './attachments.ts';
import { createFolder, getFolder, listFolders } from './folders.ts';
import * as messages from './messages.ts';
import type { Places } from './places.ts';
import type { GraphGrant } from './tokens.ts';
import { denied, holds, mailboxOf, type Permission, type World } from './world.ts';

/** A question that was understood. */
export interface Call {
  readonly question: GraphQuestion;
  readonly world: World;
  readonly account: Account;
  readonly places: Places;
  readonly grant: GraphGrant;
  readonly own: boolean;
  /** Scheme, host and port. */
  readonly origin: string;
  /** The address of the question without its options. */
  readonly self: string;
  /** What stands in the place of each `{id}`. */
  readonly ids: readonly string[];
}
type Handler = (call: Call) => GraphAnswer | Promise<GraphAnswer>;

const ROUTES: Readonly<Record<string, readonly [Permission, Handler]>> = {
  'GET mailFolders': ['ReadBasic', listFolders],
  'POST mailFolders': ['ReadWrite', createFolder],
  'GET mailFolders/{id}': ['ReadBasic', getFolder],
  'GET mailFolders/{id}/childFolders': ['ReadBasic', listFolders],
  'POST mailFolders/{id}/childFolders': ['ReadWrite', createFolder],
  'GET mailFolders/{id}/messages': ['ReadBasic', messages.listMessages],
  'GET mailFolders/{id}/messages/delta': ['ReadBasic', messages.deltaOfMessages],
  'POST mailFolders/{id}/messages': ['ReadWrite', messages.createMessage],
  'GET messages': ['ReadBasic', messages.listMessages],
  'POST messages': ['ReadWrite', messages.createMessage],
  'GET messages/{id}': ['ReadBasic', messages.getMessage],
  'PATCH messages/{id}': ['ReadWrite', messages.patchMessage],
  'DELETE messages/{id}': ['ReadWrite', messages.deleteMessage],
  'GET messages/{id}/$value': ['Read', messages.getBytes],
  'POST messages/{id}/move': ['ReadWrite', messages.moveMessage],
  'POST messages/{id}/copy': ['ReadWrite', messages.copyMessage],
  'POST messages/{id}/permanentDelete': ['ReadWrite', messages.eraseMessage],
  'POST messages/{id}/send': ['Send', messages.sendDraft],
  'GET messages/{id}/attachments': ['Read', listAttachments],
  'POST messages/{id}/attachments': ['ReadWrite', addAttachment],
  'POST messages/{id}/attachments/createUploadSession': ['ReadWrite', beginUpload],
  'GET messages/{id}/attachments/{id}': ['Read', getAttachment],
  'GET messages/{id}/attachments/{id}/$value': ['Read', getAttachmentBytes],
  'POST sendMail': ['Send', messages.sendMail],
};
const PATTERNS = Object.entries(ROUTES).map(([name, [permission, run]]) => {
  const [method = '', path = ''] = name.split(' ');
  return { name, method, levels: path.split('/'), permission, run };
});
/** Where an id can stand and these words can stand too, they are these words. */
const WORDS = new Set(['delta', 'createUploadSession']);

/** The route of a path behind the mailbox; its name tells logs and faults what is asked, without ids. */
export function routeOf(method: string, rest: readonly string[]) {
  const found = PATTERNS.find(
    (one) =>
      one.method === method &&
      one.levels.length === rest.length &&
      one.levels.every((level, at) => (level === '{id}' ? !WORDS.has(rest[at] ?? '') : level.toLowerCase() === rest[at]?.toLowerCase())),
  );
  if (!found) throw new Refused(400, 'BadRequest', `Resource not found for the segment '${rest.at(-1) ?? ''}'.`);
  return { ...found, ids: rest.filter((_, at) => found.levels[at] === '{id}') };
}

/** Does what a question asks for. Errors: `Refused`. */
export async function answerTo(question: GraphQuestion, grant: GraphGrant, world: World, origin: string): Promise<GraphAnswer> {
  const { account, own, rest } = mailboxOf(world, question, grant);
  const { run, permission, ids } = routeOf(question.method, rest);
  if (!holds(grant, permission, own)) throw denied();
  const self = `${origin}/v1.0/${question.path.map(encodeURIComponent).join('/')}`;
  return run({ question, world, account, places: world.placesOf(account), grant, own, origin, self, ids });
}
