export { fileVault } from './age-file.ts';
export { dataFolder } from './data-folder.ts';
export { environmentVault } from './environment.ts';
export { memoryVault } from './memory.ts';
