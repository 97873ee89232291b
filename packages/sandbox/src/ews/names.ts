import { child, element, textIn, type Markup } from './xml.ts';
import { accountFor, type Call } from './call.ts';
import { mailboxMarkup } from './fields.ts';
import { readId } from './ids.ts';
import { answerEach, answerOne, responseOf } from './messages.ts';
import { Refusal } from './refusal.ts';

/** Users whose address holds the words that are asked for. */
export async function resolveNames(call: Call): Promise<Markup> {
  const message = await answerOne('ResolveNames', () => {
    const wanted = (textIn(call.request, 'UnresolvedEntry') ?? '')
      .trim()
      .toLowerCase()
      .replace(/^smtp:/, '');
    if (wanted === '') throw new Refusal('ErrorInvalidArgument', 'there is no name to resolve');
    const found = [...call.store.accounts.values()].filter(({ address }) => address.toLowerCase().includes(wanted));
    if (found.length === 0) throw new Refusal('ErrorNameResolutionNoResults', 'No results were found.');
    const all = found.slice(0, 100).map(({ address }) => element('Resolution', mailboxMarkup({ address })));
    return element('m:ResolutionSet', all, { TotalItemsInView: all.length, IncludesLastItemInRange: all.length === found.length });
  });
  return responseOf('ResolveNames', [message]);
}

/** Every format has the same ids here, in other spellings. */
export function convertId(call: Call): Promise<Markup> {
  const format = call.request.attributes.get('DestinationFormat') ?? '';
  return answerEach('ConvertId', child(call.request, 'SourceIds')?.children ?? [], (source) => {
    const get = (name: string) => source.attributes.get(name) ?? '';
    if (source.name !== 'AlternateId') throw new Refusal('ErrorUnsupportedTypeForConversion', 'public folders are not there');
    const id = get('Format').startsWith('Hex') ? Buffer.from(get('Id'), 'hex').toString('base64') : get('Id');
    const { address } = accountFor(call, readId(id).address);
    const Id = format.startsWith('Hex') ? Buffer.from(id, 'base64').toString('hex').toUpperCase() : id;
    const type = { 'xmlns:xsi': 'http://www.w3.org/2001/XMLSchema-instance', 'xsi:type': 't:AlternateIdType' };
    return element('m:AlternateId', undefined, { ...type, Format: format, Id, Mailbox: address });
  });
}

/** The one time zone that a server on loopback needs. */
export async function getServerTimeZones(): Promise<Markup> {
  const utc = element('TimeZoneDefinition', undefined, { Id: 'UTC', Name: '(UTC) Coordinated Universal Time' });
  const message = await answerOne('GetServerTimeZones', () => element('m:TimeZoneDefinitions', utc));
  return responseOf('GetServerTimeZones', [message]);
}
