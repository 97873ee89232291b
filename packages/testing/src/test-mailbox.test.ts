import { defineBackend, type Mailbox, type Need } from '@mailwright/core';
import { z } from 'zod';
import { FakeServer } from './fake-mailbox.ts';
import { CHECKS, conformanceSeed, testMailbox } from './test-mailbox.ts';
import { ZONE, type Stand } from './conformance/check.ts';
import { SABOTAGES, type Sabotage, type Verbs } from './sabotage.test.fixture.ts';
import type { SeedMail } from './seed-mail.ts';

const PROVIDES: readonly Need[] = [
  'search',
  'read',
  'listFolders',
  'createFolder',
  'move',
  'copy',
  'mark',
  'label',
  'trash',
  'erase',
  'append',
  'saveDraft',
  'changes',
  'watch',
];
const LOOKS: readonly Need[] = ['search', 'read', 'listFolders', 'changes', 'watch'];

const serverWith = ({ folders, messages }: ReturnType<typeof conformanceSeed>) =>
  new FakeServer({ messages: messages as readonly SeedMail[], folders: folders.map(({ path }) => path), timeZone: ZONE });

let current: FakeServer;
const fake = defineBackend({
  id: 'fake',
  title: 'Fake',
  config: z.strictObject({}),
  authModes: [],
  provides: PROVIDES,
  open: async (_, __, { readOnly }) => current.open(readOnly ? LOOKS : PROVIDES),
});

testMailbox(fake, async (seed) => {
  current = serverWith(seed);
  return { config: {}, credential: { kind: 'none' }, close: async () => undefined };
});

async function standOn(sabotage: Sabotage): Promise<Stand> {
  const seed = conformanceSeed();
  const server = serverWith(seed);
  const open = async ({ readOnly = false } = {}) => {
    const honest = server.open(readOnly ? LOOKS : PROVIDES) as unknown as Verbs;
    return { ...honest, ...sabotage(honest, server) } as Mailbox;
  };
  return { seed, provides: PROVIDES, traits: {}, open, mailbox: await open() };
}

const checkNamed = (title: string) => {
  const found = CHECKS.filter((check) => check.title.startsWith(title));
  if (found.length !== 1 || !found[0]) throw new Error(`${found.length} checks begin with "${title}"`);
  return found[0];
};

describe('the conformance suite sees a mailbox that', () => {
  test.each(SABOTAGES)('%s (%s)', async (_, title, sabotage) => {
    const error = await checkNamed(title)
      .run(await standOn(sabotage))
      .catch((thrown: unknown) => thrown);
    // Not a slip of the sabotage itself.
    expect(error).toMatchObject({ name: expect.stringMatching(/^(AssertionError|EmailError)$/) });
  });

  test('changes although it was opened for reading only', async () => {
    const stand = await standOn(() => ({}));
    await expect(checkNamed('opened for reading only').run({ ...stand, open: async () => stand.open() })).rejects.toThrow();
  });

  test('lacks a verb that its backend provides', async () => {
    const stand = await standOn(() => ({}));
    await expect(checkNamed('the verbs that are there').run({ ...stand, provides: [...PROVIDES, 'send'] })).rejects.toThrow();
  });

  test('every check but those of concurrency is broken by one of these', () => {
    const seen = new Set([...SABOTAGES.map(([, title]) => checkNamed(title)), checkNamed('opened for reading only')]);
    expect(CHECKS.filter((check) => !seen.has(check)).map(({ title }) => title)).toEqual([
      'two mailboxes on one server see the same mail',
      'leaving a search early leaves the mailbox ready for the next verb',
      'several verbs at once wait for each other',
      'messages that vanished meanwhile are left out, and mail that came meanwhile waits',
      'a stream that is left half read does not keep the next verb waiting',
      'a message that is gone is not found, and the next one is',
    ]);
  });
});
