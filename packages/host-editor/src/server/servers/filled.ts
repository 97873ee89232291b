import { checkAutomation, patchAutomation, runAutomation, type AutomationContent, type Problem } from '@mailwright/automation';
import { EmailError, type Email } from '@mailwright/sdk';
import type { ConnectAsked, Fields, Json } from '../../api.ts';
import { refusal } from '../errors.ts';

/** The input of Connect, and of a listing, with every `{{ }}` filled in as a run would. */
export interface Filled {
  readonly connect: Readonly<Record<string, unknown>>;
  readonly listing?: Readonly<Record<string, unknown>>;
  /** What `{ variable: name }` refers to. */
  readonly variables: Readonly<Record<string, unknown>>;
}

const SESSION = 'Preview';
const EMPTY = 'version: 1\nid: preview\nname: Preview\nsteps: []\n';

/**
 * What the form holds becomes a bot of one or two steps, which is read, checked and run as any other, with a runner that only takes
 * note. What is wrong in the form is told as the field: the bot made of it is a file that nobody knows. Errors: `input.invalid`.
 */
export async function filled(asked: Partial<ConnectAsked>, { definitions }: Email, listing?: Fields): Promise<Filled> {
  const { connect, variables = {} } = asked;
  if (typeof connect !== 'object' || connect === null)
    throw refusal('connect', 'there are no settings of a server', 'Send the input of Connect.');
  const steps = [
    { id: 'preview_connect', action: 'email.connect', with: { ...connect, session: SESSION } },
    ...(listing ? [{ id: 'preview_loop', loop: 'email.loop', with: { ...listing, session: SESSION }, do: [] }] : []),
  ];
  const declared = Object.fromEntries(Object.entries(variables).map(([name, value]) => [name, declaration(value)]));
  const content = { version: 1, id: 'preview', name: 'Preview', variables: declared, steps };
  const { automation, problems } = checkAutomation(patchAutomation(EMPTY, content as AutomationContent), 'form', definitions);
  if (!automation) throw unfit(problems);
  const noted: { connect?: Filled['connect']; listing?: Filled['connect']; variables: Filled['variables'] } = { variables: {} };
  const { error } = await runAutomation(automation, {
    definitions,
    setVariables: (values) => void (noted.variables = values),
    run(_, input) {
      noted.connect = input as Filled['connect'];
      return Promise.resolve({});
    },
    // oxlint-disable-next-line require-yield -- the listing is only noted
    async *each(_, input) {
      noted.listing = input as Filled['connect'];
    },
  });
  if (error) throw error;
  if (!noted.connect) throw new EmailError('internal.bug', { where: 'preview', problem: 'no input was noted' });
  return { ...noted, connect: noted.connect };
}

/** The first mistake; the form marks all of them. */
function unfit([first]: readonly Problem[]): EmailError {
  if (!first) return new EmailError('internal.bug', { where: 'preview', problem: 'no automation, and nothing wrong with it' });
  const { where, message, fix } = first;
  return new EmailError('input.invalid', { path: where ?? 'form', problem: message, cure: fix });
}

/** A variable of the type that its value has; a reference to a secret makes a secret. */
function declaration(value: Json): Fields {
  if (typeof value === 'number') return { type: 'number', default: value };
  if (typeof value === 'boolean') return { type: 'boolean', default: value };
  if (Array.isArray(value)) return { type: 'list', default: value };
  if (value === null) return { type: 'string' };
  if (typeof value === 'string') return { type: 'string', default: value };
  const keys = Object.keys(value);
  const reference = keys.length === 1 && ['credential', 'insecure'].includes(keys[0] ?? '');
  return { type: reference ? 'secret' : 'object', default: value as Fields };
}
