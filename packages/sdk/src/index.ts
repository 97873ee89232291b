export { createEmail, type Email } from './email.ts';
export type { EmailOptions } from './options.ts';
export type { PlannedStep, RunOptions } from './runner.ts';
export type { TestOptions, TestReport } from './test-connection/test-connection.ts';
export type { Asked, DiscoverOptions, Discovery } from './discovery/discover.ts';
export type { Candidate, Source, WayIn } from './discovery/candidate.ts';
export { dnsOf, type Dns, type ServiceRecord } from './discovery/dns.ts';
export { diskFiles } from './files.ts';
export { safeName } from './safe-name.ts';
export { diskStore } from './stores/disk.ts';
export { memoryStore } from './stores/memory.ts';
export { BACKENDS, SENDERS, STRATEGIES } from './defaults.ts';
export { dataFolder, environmentVault, memoryVault } from '@mailwright/vault';
export { connectionForm, type Connection, type ConnectionState } from '@mailwright/auth';
export { palette } from '@mailwright/actions';
export {
  EmailError,
  describeFilter,
  languageOf,
  makeFolder,
  Phrase,
  say,
  schemaIn,
  Secret,
  redact,
  redactDeep,
  type Draft,
  type Filter,
  type Logger,
  type Mail,
  type Mailbox,
  type Message,
  type MessageRef,
  type MessageSummary,
  type Person,
  type PhraseData,
  type Session,
  type SessionRecipe,
  type Stage,
  type StageName,
  type Told,
  type VaultProvider,
} from '@mailwright/core';
