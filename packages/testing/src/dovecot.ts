import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Identity } from './identity/identity.ts';

export interface DovecotSettings {
  readonly folder: string;
  readonly ports: { readonly imap: number; readonly imaps: number; readonly pop3: number; readonly pop3s: number };
  /** Its POP3 server is installed too. */
  readonly pop3: boolean;
  readonly user: string;
  readonly group: string;
  readonly uid: number;
  readonly gid: number;
  /** Where tokens are looked up; XOAUTH2 and OAUTHBEARER are offered only with it. */
  readonly introspection?: string;
  /** Access lists (RFC 4314). `offered`: clients may ask for them; otherwise they only hold. */
  readonly acl?: 'offered' | 'silent';
}

/** A configuration of Dovecot 2.3 that keeps everything in one folder, listens on loopback only and never runs as root. */
export function dovecotConfig({ folder, ports, pop3, user, group, uid, gid, introspection, acl }: DovecotSettings): string {
  const at = (...parts: string[]) => join(folder, ...parts);
  const certificate = (name: string) => `ssl_cert = <${at('pki', `${name}.pem`)}\n  ssl_key = <${at('pki', `${name}.key`)}`;
  const special = ['Drafts', 'Sent', 'Trash', 'Junk', 'Archive'].map(
    (name) => `  mailbox ${name} {\n    special_use = \\${name}\n    auto = subscribe\n  }`,
  );
  return `
base_dir = ${at('base')}
state_dir = ${at('state')}
protocols = imap lmtp${pop3 ? ' pop3' : ''}
listen = 127.0.0.1, 127.0.0.2, 127.0.0.3, 127.0.0.4
default_internal_user = ${user}
default_internal_group = ${group}
default_login_user = ${user}
log_path = ${at('dovecot.log')}
auth_mechanisms = plain login${introspection === undefined ? '' : ' xoauth2 oauthbearer'}
auth_failure_delay = 0
disable_plaintext_auth = yes
ssl = yes
ssl_min_protocol = TLSv1.2
${certificate('server')}
local 127.0.0.2 {
  ${certificate('expired')}
}
local 127.0.0.3 {
  ${certificate('wronghost')}
}
local 127.0.0.4 {
  ${certificate('selfsigned')}
}
mail_location = maildir:~/Maildir:UTF-8
mail_home = ${at('mail')}/%u
mail_max_userip_connections = 100
first_valid_uid = 1
${introspection === undefined ? '' : `passdb {\n  driver = oauth2\n  mechanisms = xoauth2 oauthbearer\n  args = ${at('oauth2.conf.ext')}\n}`}
passdb {
  driver = passwd-file
  ${introspection === undefined ? '' : 'mechanisms = plain login none'}
  args = scheme=PLAIN username_format=%u ${at('users')}
}
userdb {
  driver = static
  args = uid=${uid} gid=${gid} home=${at('mail')}/%u
}
${acl === undefined ? '' : `mail_plugins = acl\nplugin {\n  acl = vfile\n}`}
${acl === 'offered' ? 'protocol imap {\n  mail_plugins = acl imap_acl\n}' : ''}
namespace inbox {
  inbox = yes
  separator = /
${special.join('\n')}
}
service anvil {
  chroot =
  unix_listener anvil-auth-penalty {
    mode = 0
  }
}
service stats {
  chroot =
}
service imap-login {
  chroot =
  inet_listener imap {
    port = ${ports.imap}
  }
  inet_listener imaps {
    port = ${ports.imaps}
    ssl = yes
  }
}
${pop3 ? pop3Login(ports) : ''}
service lmtp {
  unix_listener lmtp {
    mode = 0666
  }
}
service auth {
  unix_listener auth-client {
    mode = 0666
  }
}
`;
}

const pop3Login = ({ pop3, pop3s }: DovecotSettings['ports']): string => `service pop3-login {
  chroot =
  inet_listener pop3 {
    port = ${pop3}
  }
  inet_listener pop3s {
    port = ${pop3s}
    ssl = yes
  }
}`;

/** How Dovecot asks the provider whether a token is good, and for which mailbox. */
export const oauthConfig = (folder: string, introspection: string): string => `
introspection_mode = post
introspection_url = ${introspection}
username_attribute = mailbox
active_attribute = active
active_value = true
tls_ca_cert_file = ${join(folder, 'pki', 'ca.pem')}
`;

/** How Dovecot looks at a JWT by itself: the key stands in a folder, under the application (none is named), the algorithm and its name. */
export function localConfig(folder: string, { issuer, signingKey }: Identity): string {
  const keys = join(folder, 'keys');
  mkdirSync(join(keys, 'default', 'RS256'), { recursive: true });
  writeFileSync(join(keys, 'default', 'RS256', signingKey.id), signingKey.publicKey);
  // active_attribute must not be there: even empty it ends the process.
  return `
introspection_mode = local
local_validation_key_dict = fs:posix:prefix=${keys}/
issuers = ${issuer}
username_attribute = mailbox
`;
}
