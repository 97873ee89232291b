import { realpath, stat } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { EmailError, say, type Credential, type Mailbox, type OpenContext, type Phrase } from '@mailwright/core';
import type { Config, Form } from './config.ts';
import { EML_FILES } from './eml.ts';
import { isGone, toEmailError } from './errors.ts';
import { Folders, entries, isMaildir, type Layout } from './folders.ts';
import { mailboxOver, readingOver, type Stand } from './mailbox.ts';
import { MAILDIR } from './maildir.ts';
import { Mbox } from './mbox.ts';

const FORMS: Readonly<Record<Form, Phrase>> = {
  eml: say`A folder of .eml files`,
  maildir: say`A Maildir`,
  mbox: say`An mbox file, which is only read`,
};

/** Opens files as a mailbox. Errors: `input.invalid` where there is no mail of that form, `folder.disk`. */
export async function open(config: Config, _credential: Credential, ctx: OpenContext): Promise<Mailbox> {
  const since = performance.now();
  const { path, form, layout } = await lookAt(config);
  const stand: Stand = { path: config.path, ctx, open: true };
  const text = say`${{ form: FORMS[form] }}: ${{ path }}`;
  ctx.stage({ stage: 'reach', side: 'reading', state: 'ok', ms: Math.round(performance.now() - since), text });
  if (form === 'mbox') return readingOver(stand, new Mbox(path));
  return mailboxOver(stand, new Folders(path, form === 'maildir', layout), form === 'maildir' ? MAILDIR : EML_FILES);
}

interface Found {
  readonly path: string;
  readonly form: Form;
  readonly layout: Layout;
}

/** A relative path begins at the folder that the program was started in. */
async function lookAt({ path, form }: Config): Promise<Found> {
  const wanted = resolve(path);
  try {
    const real = await realpath(wanted);
    const isFolder = (await stat(real)).isDirectory();
    if (!isFolder && form !== undefined && form !== 'mbox')
      throw wrong(say`"${{ path }}" is a file`, say`Name a folder, or the form mbox.`);
    if (isFolder && form === 'mbox') throw wrong(say`"${{ path }}" is a folder`, say`Name a file: an mbox is one file.`);
    if (!isFolder) return { path: real, form: 'mbox', layout: 'tree' };
    if (await isMaildir(real)) {
      // INBOX, Sent and others side by side, as mbsync makes them, may stand in a folder that is a Maildir too.
      if (form !== 'eml') return { path: real, form: 'maildir', layout: 'dots' };
    } else if (form === 'maildir' || (form === undefined && (await holdsMaildirs(real))))
      return { path: real, form: 'maildir', layout: 'tree' };
    return { path: real, form: 'eml', layout: 'tree' };
  } catch (error) {
    if (isGone(error)) throw wrong(say`there is no file or folder "${{ path: wanted }}"`, say`Make it first, or correct the path.`);
    throw toEmailError(error, path);
  }
}

async function holdsMaildirs(folder: string): Promise<boolean> {
  for (const one of await entries(folder))
    if (one.isDirectory() && !one.name.startsWith('.') && (await isMaildir(join(folder, one.name)))) return true;
  return false;
}

const wrong = (problem: Phrase, cure: Phrase) => new EmailError('input.invalid', { path: 'path', problem, cure });
