import { randomBytes } from 'node:crypto';
import { say } from '@mailwright/sdk';
import { contentOf, patchAutomation, type AutomationContent as Content } from '@mailwright/automation';
import type { AutomationListed, AutomationNew, AutomationOpened, AutomationSave, CheckAsked, RunListed } from '../../api.ts';
import { usesIn, usesOf, type Found } from '../credentials/uses.ts';
import { refusal } from '../errors.ts';
import type { Parts } from '../parts.ts';
import { Reply } from '../router.ts';
import type { Runs } from '../runs/runs.ts';
import { checked } from './checked.ts';
import { filesOf } from './files.ts';
import { slug, type FileText } from './folder.ts';

/** Automations of the opened folder: list, open, save, new, delete, check. */
export function automationRoutes(parts: Parts, runs: Runs): void {
  const { router, folder } = parts;
  const opened = async (file: string, { text, revision }: FileText, language: string): Promise<AutomationOpened> => {
    const content = contentOf(text) as AutomationOpened['content'];
    return { file, text, revision, ...(content && { content }), ...(await checked({ text, file, language }, parts)) };
  };
  const listed = async (file: string, uses: readonly Found[], ran: readonly RunListed[]): Promise<AutomationListed> => {
    const { text } = await folder.read(file).catch(() => ({ text: '' }));
    const content = contentOf(text) as { readonly id?: unknown; readonly name?: unknown } | undefined;
    const { problems } = await checked({ text, file, language: 'en' }, parts);
    const usedIn = usesOf(uses, ({ kind, name }) => kind === 'call' && name === file);
    const lastRun = ran.find((one) => one.file === file);
    return {
      file,
      id: asText(content?.id) ?? '',
      name: asText(content?.name) ?? file,
      problems: problems.length,
      usedIn,
      ...(lastRun && { lastRun }),
    };
  };
  const open = async (file: string, language: string) => opened(file, await folder.read(file), language);

  router.on('GET', 'automations', async () => {
    const [uses, ran] = await Promise.all([usesIn(parts), runs.list()]);
    return Promise.all((await folder.list()).map((file) => listed(file, uses, ran)));
  });
  router.on('GET', 'automations/:file', ({ params: { file = '' }, language }) => open(file, language));
  router.on('GET', 'files/:file', ({ params: { file = '' } }) => filesOf(folder, file));
  router.on('DELETE', 'automations/:file', ({ params: { file = '' } }) => folder.remove(file));
  router.on('PUT', 'automations/:file', async ({ params: { file = '' }, body, language }) => {
    const { revision, content, text } = (body ?? {}) as Partial<AutomationSave>;
    if (revision === undefined || (content === undefined) === (text === undefined))
      throw refusal('body', 'a save has a revision, and either content or text', 'Send the revision that was opened.');
    const before = await folder.read(file);
    const conflict = async () => new Reply(409, {}, await open(file, language));
    if (before.revision !== revision) return conflict();
    const saved = await folder.save(file, revision, text ?? patchAutomation(before.text, content as unknown as Content, file));
    return saved ? opened(file, saved, language) : conflict();
  });
  router.on('POST', 'automations', async ({ body, language }) => {
    const asked = (body ?? {}) as Partial<AutomationNew>;
    const name = (asked.name ?? '').trim();
    if (name === '' || name.length > 200)
      throw refusal('name', say`the automation has no name, or one of more than 200 characters`, say`Give it a name.`);
    return open(await folder.create(name, await textOf(asked, name)), language);
  });
  router.on('POST', 'check', async ({ body, language }) => {
    const { file = '', content } = (body ?? {}) as Partial<CheckAsked>;
    const { text } = await folder.read(file);
    const patched = patchAutomation(text, content as unknown as Content, file);
    const { revision: _, ...rest } = await opened(file, { text: patched, revision: '' }, language);
    return rest;
  });

  /** A copy gets an id of its own: the id is what a run's ledger goes by. */
  async function textOf({ text, copyOf }: Partial<AutomationNew>, name: string): Promise<string> {
    if (text !== undefined) return text;
    const id = `${slug(name)}-${randomBytes(3).toString('hex')}`;
    if (copyOf === undefined) return patchAutomation('version: 1\nid: new\nname: New\nsteps: []\n', { version: 1, id, name, steps: [] });
    const source = (await folder.read(copyOf)).text;
    const content = contentOf(source);
    if (!content) throw refusal('copyOf', say`${{ file: copyOf }} cannot be read as steps`, say`Mend it in the text view first.`);
    return patchAutomation(source, { ...content, id, name }, copyOf);
  }
}

const asText = (value: unknown) => (typeof value === 'string' ? value : undefined);
