export type * from './message.ts';
export { Filter } from './filter/filter.ts';
export { planFilter, type FilterDialect, type FilterLeaf, type FilterPlan } from './filter/plan.ts';
export { fold, matches, needsBody, type FilterSubject } from './filter/matches.ts';
export { describeFilter } from './filter/describe.ts';
export type * from './mailbox.ts';
export { LIMITS, defineBackend, defineSender, type Backend, type Limits, type OpenContext, type Stage, type StageName } from './backend.ts';
export {
  MAIL_MODES,
  defineAuth,
  presentLogin,
  presentMode,
  signingIn,
  type AuthContext,
  type AuthStrategy,
  type Credential,
  type LoginForm,
  type Person,
  type TokenRecord,
  type TokenStore,
} from './auth.ts';
export type { Http, HttpAnswer, HttpRequest } from './http.ts';
export { Secret, SecretRef, type AccessToken, type VaultProvider } from './secret.ts';
export { excerpt, redact, redactDeep } from './redact.ts';
export {
  SessionLimits,
  SessionName,
  type ServerChoice,
  type Session,
  type SessionControl,
  type SessionRecipe,
  type SessionStore,
} from './session.ts';
export { ERRORS, EmailError, type ErrorCode, type ErrorDetails, type ErrorFamily, type ErrorReport } from './errors.ts';
export type { ErrorTexts } from './error-text.ts';
export { explainIssue, type Mistake } from './issue.ts';
export { languageOf } from './languages.ts';
export { Phrase, joined, say, schemaIn, type PhraseData, type Told } from './phrase.ts';
export { networkError, type Destination, type Dial, type DialOptions } from './network.ts';
export { ProxySetting, holdsPassword, proxyAddress, type ProxyAddress } from './proxy.ts';
export { hostIn, serverAddress, serverFields, type Ports, type Security, type ServerAddress } from './server.ts';
export { SERVICES, serviceOfDomain, serviceOfExchanger, serviceOfHost, type MailService } from './services.ts';
export { choice, file, folder, instead, more, multiline, secretField, settingField, ui, type Hint, type Widget } from './form.ts';
export * from './action.ts';
export { sentence } from './sentence.ts';
export { Mail, Ref, toMail } from './mail.ts';
export { MessageQuery, Selection, SelectionOfOne, referenceOf, referencesOf, select, single, toQuery } from './selection.ts';
export { Failed, MovedData, Partial, conclude, type Failure } from './outcome.ts';
export { formatAddress, isAddress, parseAddresses, splitAddresses } from './address.ts';
export { compilePattern } from './pattern.ts';
export { makeFolder } from './make-folder.ts';
export { editDistance, joinPath, newFolderPath, resolveFolder, splitPath } from './folder.ts';
