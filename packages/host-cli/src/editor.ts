import type { EditorOptions } from '@mailwright/host-editor';
import { EmailError } from '@mailwright/sdk';
import { aside, line } from './command.ts';
import { openBrowser } from './person.ts';
import { VERSION } from './version.ts';

/** Ports that are tried, one after another, where the wanted one is taken. */
const TRIED = 20;

export interface EditorSettings {
  /** Any free one if left out. */
  readonly port?: string | undefined;
  readonly noOpen: boolean;
}

/** Starts the editor, says its address, and opens the browser. */
export async function openEditor(
  options: Omit<EditorOptions, 'version' | 'port'>,
  { port, noOpen }: EditorSettings,
): Promise<AsyncDisposable> {
  const wanted = portOf(port);
  // The editor is loaded only here: other commands start without it.
  const { startEditor } = await import('@mailwright/host-editor');
  for (let tried = wanted ?? 0; ; tried++) {
    try {
      const editor = await startEditor({ ...options, version: VERSION, ...(tried !== 0 && { port: tried }) });
      if (wanted !== undefined && tried !== wanted) aside(`Port ${String(wanted)} is taken; this is port ${String(tried)}.`);
      line(`The editor is open at\n  ${editor.url}`);
      line('Whoever has this address can read your mail: keep it to yourself. Ctrl+C ends the editor.');
      if (!noOpen) openBrowser(editor.url);
      return { [Symbol.asyncDispose]: () => editor.close() };
    } catch (error) {
      const taken = (error as { readonly code?: unknown }).code === 'EADDRINUSE';
      if (!taken || wanted === undefined || tried >= Math.min(wanted + TRIED, 65_535)) throw error;
    }
  }
}

function portOf(port: string | undefined): number | undefined {
  if (port === undefined) return undefined;
  const number = Number(port);
  if (Number.isInteger(number) && number >= 1 && number <= 65_535) return number;
  throw new EmailError('input.invalid', { path: '--port', problem: `"${port}" is no port`, cure: 'Give a number from 1 to 65535.' });
}
