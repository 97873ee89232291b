// The only lists of the parts that ship: a new server, login mode or vault is one line here.
import {
  basic,
  googleServiceAccount,
  none,
  oauthClientCredentials,
  oauthDeviceCode,
  oauthPkce,
  oauthRopc,
  oauthVault,
} from '@mailwright/auth';
import { ews } from '@mailwright/backend-ews';
import { file } from '@mailwright/backend-file';
import { graph } from '@mailwright/backend-graph';
import { imap } from '@mailwright/backend-imap';
import { pop3 } from '@mailwright/backend-pop3';
import type { AuthStrategy, Backend, Sender } from '@mailwright/core';
import { smtp } from '@mailwright/sender-smtp';
import { awsSecretsManager, azureKeyVault, cyberark, exec, hashicorp, keepass, keyring, type VaultKind } from '@mailwright/vault';
import type { z } from 'zod';

// A list of parts with different forms has no narrower type than this one.
export const BACKENDS = [imap, pop3, ews, graph, file] as unknown as readonly Backend[];
export const SENDERS = [smtp] as unknown as readonly Backend<z.ZodObject, Sender>[];
export const STRATEGIES = [
  none,
  basic,
  oauthPkce,
  oauthDeviceCode,
  oauthClientCredentials,
  oauthRopc,
  oauthVault,
  googleServiceAccount,
] as unknown as readonly AuthStrategy[];

/** The kinds of vault that vaults.json can set up. */
export const VAULTS = [keyring, keepass, exec, hashicorp, cyberark, azureKeyVault, awsSecretsManager] as unknown as readonly VaultKind[];
