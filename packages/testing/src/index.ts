export { startMailWorld, type MailWorld, type MailWorldOptions, type SeededMail } from './mail-world.ts';
export { describeReal, program, type Program } from './real.ts';
export { fakeMailbox, type FakeMailbox, type FakeMailboxOptions, type SentMail } from './fake-mailbox.ts';
export { fakeContext, fakeFiles, type FakeContext, type FakeContextOptions, type FakeFiles } from './fake-context.ts';
export type { SeedAttachment, SeedMail } from './seed-mail.ts';
export { perform, performEach } from './perform.ts';
export { openContext } from './open-context.ts';
export { testMailbox, type Started } from './test-mailbox.ts';
export { anyFilter, type FilterOptions } from './any-filter.ts';
