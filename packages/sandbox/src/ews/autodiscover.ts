import type { EwsSettings } from './settings.ts';
import { child, escape, readXml, textIn, type Markup } from './xml.ts';

const RESPONSE = 'http://schemas.microsoft.com/exchange/autodiscover/responseschema/2006';
const OUTLOOK = 'http://schemas.microsoft.com/exchange/autodiscover/outlook/responseschema/2006a';

/** Autodiscover as plain old XML (MS-OXDSCLI): where the address's mailbox is. `url` is that of EWS on this server. */
export function autodiscover(settings: EwsSettings, text: string, url: string): Markup {
  const address = addressIn(text);
  const account = address === undefined ? undefined : settings.store.account(address);
  if (address === undefined) return answer('600', 'Invalid Request');
  const elsewhere = settings.redirect(address);
  if (elsewhere) return wrap(['<Account>', plain('AccountType', 'email'), ...redirect(elsewhere), '</Account>']);
  if (!account) return answer('500', "The e-mail address can't be found.");
  const protocols = ['EXCH', 'EXPR'].map((type) => [
    '<Protocol>',
    plain('Type', type),
    plain('Server', 'localhost'),
    plain('ASUrl', url),
    plain('EwsUrl', url),
    '</Protocol>',
  ]);
  const user = ['<User>', plain('DisplayName', account.address), plain('AutoDiscoverSMTPAddress', account.address), '</User>'];
  return wrap([user, '<Account>', plain('AccountType', 'email'), plain('Action', 'settings'), protocols, '</Account>']);
}

function addressIn(text: string): string | undefined {
  try {
    return textIn(child(readXml(text), 'Request'), 'EMailAddress')?.trim();
  } catch {
    return undefined;
  }
}

function redirect(to: { readonly address: string } | { readonly url: string }): Markup[] {
  if ('url' in to) return [plain('Action', 'redirectUrl'), plain('RedirectUrl', to.url)];
  return [plain('Action', 'redirectAddr'), plain('RedirectAddr', to.address)];
}

function wrap(content: Markup): Markup {
  const response = [`<Response xmlns="${OUTLOOK}">`, content, '</Response>'];
  return ['<?xml version="1.0" encoding="utf-8"?>', `<Autodiscover xmlns="${RESPONSE}">`, response, '</Autodiscover>'];
}

function answer(code: string, message: string): Markup {
  const error = [
    `<Error Time="${new Date().toISOString().slice(11, 23)}" Id="1">`,
    plain('ErrorCode', code),
    plain('Message', message),
    '<DebugData/></Error>',
  ];
  return ['<?xml version="1.0" encoding="utf-8"?>', `<Autodiscover xmlns="${RESPONSE}"><Response>`, error, '</Response></Autodiscover>'];
}

function plain(name: string, value: string): Markup {
  return [`<${name}>`, escape(value), `</${name}>`];
}
