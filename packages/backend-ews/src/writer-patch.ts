import { EmailError } from '@mailwright/core';
import { cleanText } from '@mailwright/mime';
import type { Library, Writer } from './library.ts';

const SIGNS: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&apos;',
  '\t': '&#9;',
  '\n': '&#10;',
  '\r': '&#13;',
};

/** A text as it may stand in an element or attribute: what no text may hold is U+FFFD, the rest is written as what it is. */
const escaped = (text: string, signs: RegExp) => cleanText(text).text.replace(signs, (sign) => SIGNS[sign] ?? sign);
const IN_TEXT = /[&<>"'\r]/g;
/** A reader makes a blank of every other kind of space in an attribute (XML 1.0 section 3.3.3). */
const IN_ATTRIBUTE = /[&<>"'\t\n\r]/g;

/**
 * The library writes texts as they come: `A & B` breaks a request, and a crafted text becomes elements of its own. All that it writes
 * passes two methods of its writer, which escape from here on; no place that calls them does so itself. One method of extended
 * properties is replaced, since it rests on a function that Node 23 took away. Errors: `internal.bug` where this does not bite.
 */
export function patch(library: Library): void {
  const writer = library.EwsServiceXmlWriter.prototype as Writer;
  const { WriteValue, WriteAttributeString } = writer;
  writer.WriteValue = function writeValue(value, name) {
    WriteValue.call(this, escaped(String(value), IN_TEXT), name);
  };
  writer.WriteAttributeString = function writeAttribute(...words) {
    WriteAttributeString.call(this, ...words.slice(0, -1), escaped(String(words.at(-1)), IN_ATTRIBUTE));
  };
  library.ExtendedPropertyDefinition.prototype.WriteAttributesToXml = function writeAttributes(to) {
    const type = library.MapiPropertyType[this.MapiType] as unknown as string;
    to.WriteAttributeString('PropertyTag', `0x${this.Tag.toString(16)}`);
    to.WriteAttributeString('PropertyType', type);
  };
  test(library);
}

const HOSTILE = '&<>"\'\u0001\ud800';
const HARMLESS = '&amp;&lt;&gt;&quot;&apos;\ufffd\ufffd';

/** Builds a request with hostile texts and looks at its bytes. */
function test(library: Library): void {
  const service = new library.ExchangeService(library.ExchangeVersion['Exchange2013'] ?? 0);
  service.ImpersonatedUserId = new library.ImpersonatedUserId(library.ConnectingIdType.SmtpAddress, HOSTILE);
  const request = new library.GetFolderRequest(service, library.ServiceErrorHandling.ReturnErrors);
  request.FolderIds.Add(new library.FolderId(HOSTILE));
  request['PropertySet'] = new library.PropertySet(library.BasePropertySet.IdOnly);
  const writer = new library.EwsServiceXmlWriter(service);
  request.WriteToXml(writer);
  const xml = writer.GetXML();
  if (xml.includes(`<t:SmtpAddress>${HARMLESS}</t:SmtpAddress>`) && xml.includes(`<t:FolderId Id="${HARMLESS}">`)) return;
  throw new EmailError('internal.bug', { where: 'backend-ews', problem: 'the library for requests does not escape as expected' });
}
