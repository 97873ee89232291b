import type { Backend, Need } from '@mailwright/core';
import { testMailbox } from '@mailwright/testing';
import { file } from './index.ts';
import { FORMS, temporaryFolder } from './stand.test.fixture.ts';

const start =
  (form: keyof typeof FORMS): Parameters<typeof testMailbox>[1] =>
  async (seed) => {
    const folder = temporaryFolder();
    const path = FORMS[form](folder.path, seed);
    return { config: { path }, credential: { kind: 'none' }, close: async () => folder.remove() };
  };

/** What one of the forms has; `file` provides what the most able one does. */
const having = (provides: readonly Need[]) => ({ ...file, provides }) as unknown as Backend;

describe('a Maildir', () => testMailbox(having(file.provides), start('maildir')));
describe('a folder of .eml files', () => testMailbox(having(file.provides.filter((need) => need !== 'mark')), start('eml')));
describe('an mbox', () => testMailbox(having(['search', 'read', 'changes']), start('mbox'), { linesEnd: true }));
