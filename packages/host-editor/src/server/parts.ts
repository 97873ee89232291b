import type { Email } from '@mailwright/sdk';
import type { Router } from './router.ts';
import type { AutomationFolder } from './automations/folder.ts';
import type { EditorOptions } from './editor.ts';

/** What the parts of the server have in common. */
export interface Parts {
  readonly options: EditorOptions;
  readonly router: Router;
  /** Paths without the token, for frames. */
  readonly unlocked: Router;
  /** For definitions, vaults and stores; it opens no session. */
  readonly email: Email;
  readonly folder: AutomationFolder;
  /** The folder of the editor's own settings. */
  readonly data: string;
  /** Called when the editor stops. */
  onClose(work: () => Promise<void>): void;
}
