export { basic } from './basic.ts';
export { googleServiceAccount } from './google-service-account.ts';
export { checkHost, hostProblem } from './hosts.ts';
export { clockAddress } from './clock-address.ts';
export { comparePermissions, type Granted, type PermissionReport, type Use } from './permissions.ts';
export { none } from './none.ts';
export { oauthClientCredentials, oauthDeviceCode, oauthPkce, oauthRopc } from './oauth.ts';
export { oauthVault } from './oauth-vault.ts';
export {
  Connection,
  checkConnection,
  connectionForm,
  connectionsVault,
  strategyOf,
  type Connections,
  type ConnectionState,
  type ConnectionStore,
} from './connections.ts';
export { safeFile } from './safe-file.ts';
export { settingOf } from './setting.ts';
export { tokensInMemory, tokensOnDisk, type TokenFolder } from './token-store.ts';
