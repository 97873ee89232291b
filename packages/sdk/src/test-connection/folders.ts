import { EmailError, type FolderRole, type Mailbox, type Need, type Rights } from '@mailwright/core';
import { failed, ok, warning, type Check } from './check.ts';

/** What the bot does in the mailbox, where its steps are known. */
export interface Bot {
  readonly session: string;
  readonly backend: string;
  readonly readOnly: boolean;
  readonly uses?: readonly Need[];
}

/** The folders are there, and INBOX can be read. */
export const folders: Check<Mailbox> = {
  stage: 'folders',
  on: 'connection',
  async run({ opened, signal }) {
    const count = opened.listFolders ? `${(await opened.listFolders()).length} folders; ` : '';
    for await (const { subject } of opened.search({ folder: 'INBOX', newestFirst: true, limit: 1 }, signal))
      return ok(`${count}the newest mail in INBOX is "${subject}".`);
    return ok(`${count}INBOX is empty.`);
  },
};

const MARKING: readonly Need[] = ['mark', 'label'];
const REMOVING: readonly Need[] = ['move', 'trash', 'erase'];

/** What may be done in INBOX: a bot that moves mail must learn before it runs that it may not. */
export const rights = (bot: Bot): Check<Mailbox> => ({
  stage: 'rights',
  on: 'connection',
  async run({ opened }) {
    if (bot.readOnly) return ok('The session itself changes nothing: it is read-only.');
    const found = await opened.probe?.rights?.('INBOX');
    return found && rightsOutcome(found, bot);
  },
});

function rightsOutcome(found: Rights, { session, backend, uses }: Bot) {
  const how = found.from === 'acl' ? 'by its access list' : 'as it was opened';
  const verbs = (['read', 'mark', 'remove', 'insert'] as const).filter((one) => found[one] !== undefined);
  const words = { read: 'read', mark: 'mark', remove: 'move out and erase', insert: 'put mail in' };
  const denied = verbs.filter((one) => found[one] === false);
  if (denied.length === 0) return ok(`In INBOX, ${how}, this login may ${listed(verbs.map((one) => words[one]))}.`);
  const missing = [...(denied.includes('mark') ? MARKING : []), ...(denied.includes('remove') ? REMOVING : [])];
  const needed = uses?.find((one) => missing.includes(one));
  const because = `INBOX is ${denied.includes('mark') && denied.includes('remove') ? 'read-only' : `not open for that: this login may not ${listed(denied.map((one) => words[one]))}`}`;
  if (needed !== undefined) return failed(new EmailError('capability.unsupported', { session, backend, capability: needed, because }));
  const text = `In INBOX, ${how}, this login may not ${listed(denied.map((one) => words[one]))}: steps that do so will fail.`;
  const fix = 'Ask whoever owns the mailbox for these rights, or set readOnly: true if the bot only reads.';
  // Steps that are known, and do nothing of it, have all that they need.
  return uses ? ok(text) : warning(text, fix);
}

const ROLES: readonly { readonly role: FolderRole; readonly need: Need; readonly for: string }[] = [
  { role: 'sent', need: 'send', for: 'copies of sent mail' },
  { role: 'drafts', need: 'saveDraft', for: 'drafts' },
  { role: 'trash', need: 'trash', for: 'trashed mail' },
];

/** The folders that some blocks find by their role. */
export const specialFolders = ({ readOnly, uses }: Bot): Check<Mailbox> => ({
  stage: 'special-folders',
  on: 'connection',
  async run({ opened }) {
    if (!opened.listFolders || readOnly) return undefined;
    const all = await opened.listFolders();
    const found = ROLES.map((one) => ({ ...one, path: all.find(({ role }) => role === one.role)?.path }));
    const missing = found.filter(({ path }) => path === undefined);
    const there = found.flatMap(({ role, path }) => (path === undefined ? [] : [`${role} is "${path}"`]));
    const text = [...there, ...missing.map(({ role }) => `no folder for ${role}`)].join(', ');
    // Sent is made where it is missing.
    const needed = missing.find(({ role, need }) => role !== 'sent' && uses?.includes(need));
    if (needed) return failed(new EmailError('folder.role_missing', { role: needed.role }));
    if (missing.length === 0 || uses) return ok(`${capital(text)}.`);
    return warning(
      `${capital(text)}.`,
      `Without them there is no place for ${listed(missing.map((one) => one.for))}: make these folders, or name others in the steps.`,
    );
  },
});

const listed = (words: readonly string[]) => (words.length < 2 ? words.join('') : `${words.slice(0, -1).join(', ')} and ${words.at(-1)}`);
const capital = (text: string) => text.charAt(0).toUpperCase() + text.slice(1);
