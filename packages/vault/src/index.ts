export { fileVault } from './age-file.ts';
export { within } from './deadline.ts';
export { dataFolder } from './data-folder.ts';
export { environmentVault } from './environment.ts';
export { memoryVault } from './memory.ts';
export { exec } from './exec.ts';
export { hashicorp } from './hashicorp.ts';
export { keyring, keyringVault } from './keyring.ts';
export type { VaultContext, VaultKind } from './kind.ts';
