export { startSandbox, type Sandbox, type SandboxOptions } from './sandbox.ts';
export { standardSeed, type Seed } from './seed.ts';
export { Store, Account, MailFolder, type StoredMessage } from './store.ts';
export type { Extensions, Fault } from './session.ts';
