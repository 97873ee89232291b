import { parseArgs } from 'node:util';
import { parseAutomation, runAutomation, usesOf } from '@mailwright/automation';
import { EmailError, createEmail, type Email, type Stage } from '@mailwright/sdk';
import { callsBeside, readAutomation } from '../automation-file.ts';
import { jsonLine, line, warnings, type Command } from '../command.ts';
import { readInput } from '../input.ts';
import { atTerminal } from '../person.ts';
import { stopping } from '../stop.ts';
import { visible } from '../visible.ts';
import { variablesOf } from './run.ts';

type Uses = Awaited<ReturnType<typeof usesOf>>;
type ConnectInput = Readonly<Record<string, unknown>>;
const MARKS = { ok: '✓', warning: '!', failed: '✗', 'not-tried': '-' } as const;

export const testConnection: Command = {
  name: 'test-connection',
  usage: 'test-connection (FILE [--session NAME] [--var k=v ...] | --input JSON|-) [--send-to ADDRESS] [--sign-in] [--json]',
  summary:
    'Opens a session as a run would, stage by stage. --sign-in: you may sign in where that is needed. --send-to: sends a test mail; to the mailbox itself, its arrival is waited for, and the mail stays there.',
  async run(args) {
    const { values, positionals } = parseArgs({
      args: [...args],
      allowPositionals: true,
      options: {
        session: { type: 'string' },
        input: { type: 'string' },
        var: { type: 'string', multiple: true, default: [] },
        'send-to': { type: 'string' },
        'sign-in': { type: 'boolean', default: false },
        json: { type: 'boolean', default: false },
      },
    });
    await using email = createEmail({ log: warnings() });
    const { input, uses } =
      values.input === undefined
        ? await connectInFile(email, positionals[0], values.session, variablesOf(values.var))
        : { input: await readInput(values.input), uses: undefined };
    using stop = stopping();
    const { 'send-to': sendTo } = values;
    const show = (stage: Stage) => (values.json ? jsonLine({ event: 'stage', ...stage }) : showStage(stage));
    const { ok } = await email.testConnection(input, {
      ...(sendTo !== undefined && { sendTo }),
      ...(values['sign-in'] && { person: atTerminal }),
      ...(uses && { uses }),
      signal: stop.signal,
      onStage: show,
    });
    if (values.json) jsonLine({ event: 'end', ok });
    else if (stop.signal.aborted) line('Stopped before it was finished.');
    else line(ok ? 'The connection works.' : 'The connection does not work yet.');
    return ok ? 0 : 1;
  },
};

function showStage({ side, stage, state, ms, text, fix }: Stage): void {
  line(`  ${MARKS[state]} ${side.padEnd(8)} ${stage.padEnd(15)} ${String(ms).padStart(6)} ms  ${visible(text)}`);
  if (fix) line(`      ${visible(fix)}`);
}

/** What the Connect step of a session gets in a run: the automation is run up to it, with steps that only take note. */
async function connectInFile(
  email: Email,
  file: string | undefined,
  session: string | undefined,
  variables: Record<string, string>,
): Promise<{ readonly input: ConnectInput; readonly uses: Uses }> {
  const { text, path } = await readAutomation(file);
  const automation = parseAutomation(text, path, email.definitions);
  const noted: ConnectInput[] = [];
  const connects = new Set(
    email.definitions.filter(({ kind, input }) => kind === 'session' && 'server' in input.shape).map(({ id }) => id as string),
  );
  const stop = new EmailError('automation.cancelled', {});
  await runAutomation(
    automation,
    {
      definitions: email.definitions,
      setVariables: (values) => email.setVariables(values),
      run(id, input) {
        if (!connects.has(id)) return Promise.reject(stop);
        noted.push(input as ConnectInput);
        return Promise.resolve({});
      },
      // oxlint-disable-next-line require-yield -- a run ends at its first loop: the sessions are open by then
      async *each() {
        throw stop;
      },
    },
    { variables },
  );
  const found = session === undefined ? noted[0] : noted.find((input) => nameOf(input) === session);
  if (found) return { input: found, uses: await usesOf(automation, nameOf(found), email.definitions, callsBeside(path)) };
  const names = noted.map(nameOf).join(', ') || 'none';
  throw new EmailError('input.invalid', {
    path: 'session',
    problem: `${path} connects no such session before its first other step`,
    cure: `Sessions that it connects: ${names}.`,
  });
}

function nameOf({ session }: ConnectInput): string {
  return typeof session === 'string' ? session : 'Default';
}
