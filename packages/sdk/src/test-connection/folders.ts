import { EmailError, joined, say, type FolderRole, type Mailbox, type Need, type Phrase, type Rights } from '@mailwright/core';
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
    const count = (await opened.listFolders?.())?.length;
    for await (const { subject } of opened.search({ folder: 'INBOX', newestFirst: true, limit: 1 }, signal))
      return ok(
        count === undefined
          ? say`The newest mail in INBOX is "${{ subject }}".`
          : say`${{ count }} folders; the newest mail in INBOX is "${{ subject }}".`,
      );
    return ok(count === undefined ? say`INBOX is empty.` : say`${{ count }} folders; INBOX is empty.`);
  },
};

const MARKING: readonly Need[] = ['mark', 'label'];
const REMOVING: readonly Need[] = ['move', 'trash', 'erase'];

/** What may be done in INBOX: a bot that moves mail must learn before it runs that it may not. */
export const rights = (bot: Bot): Check<Mailbox> => ({
  stage: 'rights',
  on: 'connection',
  async run({ opened }) {
    if (bot.readOnly) return ok(say`The session itself changes nothing: it is read-only.`);
    const found = await opened.probe?.rights?.('INBOX');
    return found && rightsOutcome(found, bot);
  },
});

function rightsOutcome(found: Rights, { session, backend, uses }: Bot) {
  const how = found.from === 'acl' ? say`by its access list` : say`as it was opened`;
  const verbs = (['read', 'mark', 'remove', 'insert'] as const).filter((one) => found[one] !== undefined);
  const words = { read: say`read messages`, mark: say`mark`, remove: say`move out and erase`, insert: say`put mail in` };
  const denied = verbs.filter((one) => found[one] === false);
  if (denied.length === 0) return ok(say`In INBOX, ${{ how }}, this login may ${{ verbs: listed(verbs.map((one) => words[one])) }}.`);
  const missing = [...(denied.includes('mark') ? MARKING : []), ...(denied.includes('remove') ? REMOVING : [])];
  const needed = uses?.find((one) => missing.includes(one));
  const not = listed(denied.map((one) => words[one]));
  const because =
    denied.includes('mark') && denied.includes('remove')
      ? say`INBOX is read-only`
      : say`INBOX is not open for that: this login may not ${{ verbs: not }}`;
  if (needed !== undefined) return failed(new EmailError('capability.unsupported', { session, backend, capability: needed, because }));
  const text = say`In INBOX, ${{ how }}, this login may not ${{ verbs: not }}: steps that do so will fail.`;
  const fix = say`Ask whoever owns the mailbox for these rights, or set readOnly: true if the bot only reads.`;
  // Steps that are known, and do nothing of it, have all that they need.
  return uses ? ok(text) : warning(text, fix);
}

const ROLES: readonly { readonly role: FolderRole; readonly need: Need; readonly for: Phrase }[] = [
  { role: 'sent', need: 'send', for: say`copies of sent mail` },
  { role: 'drafts', need: 'saveDraft', for: say`drafts` },
  { role: 'trash', need: 'trash', for: say`trashed mail` },
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
    const there = found.flatMap(({ role, path }) => (path === undefined ? [] : [say`${{ role }} is "${{ path }}"`]));
    const text = joined(
      [...there, ...missing.map(({ role }) => say`no folder for ${{ role }}`)],
      (one, other) => say`${{ one }}, ${{ other }}`,
    );
    // Sent is made where it is missing.
    const needed = missing.find(({ role, need }) => role !== 'sent' && uses?.includes(need));
    if (needed) return failed(new EmailError('folder.role_missing', { role: needed.role }));
    if (missing.length === 0 || uses) return ok(say`Found: ${{ text }}.`);
    return warning(
      say`Found: ${{ text }}.`,
      say`Without them there is no place for ${{ what: listed(missing.map((one) => one.for)) }}: make these folders, or name others in the steps.`,
    );
  },
});

const listed = (words: readonly Phrase[]): Phrase => {
  const last = words.at(-1);
  if (words.length < 2 || !last) return last ?? joined([], (one) => one);
  return say`${{ words: joined(words.slice(0, -1), (one, other) => say`${{ one }}, ${{ other }}`) }} and ${{ last }}`;
};
