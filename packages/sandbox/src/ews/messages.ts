import { Refusal, valuesOf } from './refusal.ts';
import { element, escape, leaf, type Element, type Markup } from './xml.ts';

/** The answer of an operation: one response message for each thing that was asked for, each done or refused by itself. */
export async function answerEach(
  operation: string,
  things: readonly Element[],
  run: (thing: Element) => Markup | Promise<Markup>,
  /** What a refused one must hold all the same. */
  empty?: Markup,
): Promise<Markup> {
  const messages: Markup[] = [];
  for (const thing of things) messages.push(await answerOne(operation, () => run(thing), empty));
  return responseOf(operation, messages);
}

export function responseOf(operation: string, messages: readonly Markup[]): Markup {
  return element(`m:${operation}Response`, element('m:ResponseMessages', messages));
}

/** One response message. */
export async function answerOne(operation: string, run: () => Markup | Promise<Markup>, empty?: Markup): Promise<Markup> {
  const name = `m:${operation}ResponseMessage`;
  try {
    return element(name, [leaf('m:ResponseCode', 'NoError'), await run()], { ResponseClass: 'Success' });
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    return element(name, [...refused(error), empty], { ResponseClass: 'Error' });
  }
}

function refused({ message, code, values }: Refusal): Markup[] {
  const xml = Object.keys(values).length === 0 ? undefined : element('m:MessageXml', valuesOf(values));
  return [element('m:MessageText', escape(message)), leaf('m:ResponseCode', code), leaf('m:DescriptiveLinkKey', 0), xml];
}
