import { join } from 'node:path';

export interface PostfixSettings {
  readonly folder: string;
  readonly ports: { readonly submission: number; readonly submissions: number };
  /** A login may send as itself alone. */
  readonly ownSenders?: boolean;
}

/** Postfix 3.7 in a folder of its own: submission with a login of Dovecot's, delivery into Dovecot, nothing to the outside. */
export function postfixConfig({ folder, ports, ownSenders }: PostfixSettings): { readonly main: string; readonly master: string } {
  const at = (...parts: string[]) => join(folder, ...parts);
  const main = `
compatibility_level = 3.6
queue_directory = ${at('postfix', 'spool')}
data_directory = ${at('postfix', 'data')}
maillog_file = ${at('postfix.log')}
maillog_file_prefixes = ${folder}
mail_owner = postfix
setgid_group = postdrop
inet_interfaces = 127.0.0.1
inet_protocols = ipv4
myhostname = localhost
mydestination =
mynetworks =
default_transport = error:no outside mail here
virtual_mailbox_domains = example.test
virtual_mailbox_maps = hash:${at('postfix', 'etc', 'mailboxes')}
virtual_transport = lmtp:unix:${at('base', 'lmtp')}
alias_maps =
local_recipient_maps =
smtpd_tls_cert_file = ${at('pki', 'server.pem')}
smtpd_tls_key_file = ${at('pki', 'server.key')}
smtpd_tls_security_level = may
smtpd_tls_auth_only = yes
smtpd_sasl_auth_enable = yes
smtpd_sasl_type = dovecot
smtpd_sasl_path = ${at('base', 'auth-client')}
smtpd_relay_restrictions = permit_sasl_authenticated, reject_unauth_destination
smtpd_recipient_restrictions = reject_unlisted_recipient
smtpd_client_connection_count_limit = 0
smtpd_client_connection_rate_limit = 0
smtpd_peername_lookup = no
message_size_limit = 20971520
line_length_limit = 16384
smtputf8_enable = yes
${ownSenders ? `smtpd_sender_login_maps = hash:${at('postfix', 'etc', 'senders')}\nsmtpd_sender_restrictions = reject_sender_login_mismatch` : ''}
`;
  const master = `
127.0.0.1:${ports.submission} inet n - n - - smtpd
  -o smtpd_client_restrictions=permit_sasl_authenticated,reject
127.0.0.1:${ports.submissions} inet n - n - - smtpd
  -o smtpd_tls_wrappermode=yes
  -o smtpd_client_restrictions=permit_sasl_authenticated,reject
pickup unix n - n 60 1 pickup
cleanup unix n - n - 0 cleanup
qmgr unix n - n 300 1 qmgr
tlsmgr unix - - n 1000? 1 tlsmgr
rewrite unix - - n - - trivial-rewrite
bounce unix - - n - 0 bounce
defer unix - - n - 0 bounce
trace unix - - n - 0 bounce
verify unix - - n - 1 verify
flush unix n - n 1000? 0 flush
proxymap unix - - n - - proxymap
smtp unix - - n - - smtp
error unix - - n - - error
retry unix - - n - - error
discard unix - - n - - discard
lmtp unix - - n - - lmtp
anvil unix - - n - 1 anvil
scache unix - - n - 1 scache
showq unix n - n - - showq
postlog unix-dgram n - n - 1 postlogd
`;
  return { main, master };
}
