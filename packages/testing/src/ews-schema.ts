import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';

/** The folder of Microsoft's schema of EWS (types.xsd, messages.xsd): data that is no part of this repository. */
export const ewsSchema = (): string | undefined => process.env['MAILWRIGHT_EWS_SCHEMA'];

const XML_NAMESPACE = 'http://www.w3.org/XML/1998/namespace';
/** The schema imports this namespace and does not say from where. */
const STUB = `<xs:schema xmlns:xs="http://www.w3.org/2001/XMLSchema" targetNamespace="${XML_NAMESPACE}"><xs:attribute name="lang" type="xs:language"/></xs:schema>`;

/**
 * What is wrong with SOAP messages by Microsoft's schema: the first element in the body of each is looked at by xmllint. Empty where all
 * are valid.
 */
export async function schemaErrors(folder: string, messages: readonly string[]): Promise<readonly string[]> {
  const at = await mkdtemp(join(tmpdir(), 'ews-schema-'));
  try {
    const messagesXsd = pathToFileURL(join(folder, 'messages.xsd')).href;
    const whole = `<xs:schema xmlns:xs="http://www.w3.org/2001/XMLSchema"><xs:import namespace="${XML_NAMESPACE}" schemaLocation="xml.xsd"/><xs:import namespace="http://schemas.microsoft.com/exchange/services/2006/messages" schemaLocation="${messagesXsd}"/></xs:schema>`;
    await Promise.all([writeFile(join(at, 'xml.xsd'), STUB), writeFile(join(at, 'all.xsd'), whole)]);
    const names = messages.map((_, index) => `${index}.xml`);
    await Promise.all(messages.map((message, index) => writeFile(join(at, names[index] ?? ''), bodyOf(legal(message)))));
    const said = await xmllint(['--noout', '--huge', '--schema', 'all.xsd', ...names], at);
    return said.split('\n').filter((line) => line !== '' && !line.endsWith(' validates'));
  } finally {
    await rm(at, { recursive: true, force: true });
  }
}

/** Exchange sends control characters and the like as references, which XML does not allow: what else it says is looked at. */
function legal(message: string): string {
  // oxlint-disable-next-line no-control-regex -- tab, line feed and carriage return are what XML allows of them
  const allowed = /^[\t\n\r\u0020-\ud7ff\ue000-\ufffd\u{10000}-\u{10ffff}]$/u;
  const referenced = message.replace(/&#x([0-9A-F]+);/gi, (reference, hex: string) => {
    const code = Number.parseInt(hex, 16);
    return code <= 0x10ffff && allowed.test(String.fromCodePoint(code)) ? reference : '?';
  });
  return referenced.replace(/[\ufffe\uffff]/g, '?');
}

/** The body's element with all namespaces of the envelope: prefixes are declared there. */
function bodyOf(message: string): string {
  const [, attributes = ''] = /<(?:[\w-]+:)?Envelope([^>]*)>/.exec(message) ?? [];
  const inside = /<(?:[\w-]+:)?Body[^>]*>([\s\S]*)<\/(?:[\w-]+:)?Body>/.exec(message)?.[1]?.trim() ?? message;
  const declared = new Set([...(/^<[^>]*>/.exec(inside)?.[0] ?? '').matchAll(/\s(xmlns(?::[\w-]+)?)=/g)].map(([, name]) => name));
  const missing = [...attributes.matchAll(/\s(xmlns(?::[\w-]+)?)=("[^"]*"|'[^']*')/g)].filter(([, name]) => !declared.has(name));
  return inside.replace(/^<[\w:-]+/, (tag) => `${tag}${missing.map(([whole]) => whole).join('')}`);
}

/** It tells what it found on standard error, and by its exit code that it found something. */
function xmllint(args: readonly string[], cwd: string): Promise<string> {
  return new Promise((resolve, reject) => {
    execFile('xmllint', args, { cwd, maxBuffer: 16 * 1024 * 1024, timeout: 60_000 }, (error, _, said) => {
      if (error && said === '') reject(error);
      else resolve(said);
    });
  });
}
