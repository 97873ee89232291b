export { startSandbox, type Sandbox, type SandboxOptions, type User } from './sandbox.ts';
export { standardSeed, type Seed } from './seed.ts';
export type { Fault, FaultHook } from './fault.ts';
export type { GraphGrant } from './graph/tokens.ts';
export type { GraphFault, GraphOptions } from './graph/world.ts';
export type { Extensions } from './imap/extensions.ts';
export { Account } from './store/account.ts';
export { MailFolder, type StoredMessage } from './store/folder.ts';
export { Store, type OutsideMail } from './store/store.ts';
