/** One content line of a calendar (RFC 5545 section 3.1): names in upper case. */
export interface Line {
  readonly name: string;
  readonly parameters: ReadonlyMap<string, string>;
  readonly value: string;
}

/** A calendar, event, time zone or what else stands between BEGIN and END (RFC 5545 section 3.4). */
export interface Component {
  readonly name: string;
  readonly lines: readonly Line[];
  readonly components: readonly Component[];
}

const MOST_LINES = 20_000;
const DEEPEST = 10;
const NAME = /^[\w-]+$/;

/** A calendar as a tree. What is no content line is left out; what never ends, ends with the text. */
export function parseCalendar(text: string): Component {
  interface Open {
    name: string;
    lines: Line[];
    components: Open[];
  }
  const root: Open = { name: '', lines: [], components: [] };
  const open: Open[] = [root];
  const unfolded = text.replace(/\r?\n[ \t]/g, '').split(/\r?\n/, MOST_LINES);
  for (const written of unfolded) {
    const line = lineOf(written);
    const around = open.at(-1);
    if (!line || !around) continue;
    const name = line.value.toUpperCase();
    if (line.name === 'BEGIN' && open.length <= DEEPEST) {
      const component: Open = { name, lines: [], components: [] };
      around.components.push(component);
      open.push(component);
    } else if (line.name === 'END') {
      const from = open.findLastIndex((one) => one.name === name);
      if (from > 0) open.splice(from);
    } else around.lines.push(line);
  }
  return root;
}

/** Signs are searched one after the other, each character once: an expression over quoted parameters can take for ever. */
function lineOf(text: string): Line | undefined {
  const parameters = new Map<string, string>();
  let at = text.search(/[:;]/);
  const name = text.slice(0, at).toUpperCase();
  if (at < 0 || !NAME.test(name)) return undefined;
  while (text[at] === ';') {
    const end = endOfParameter(text, at + 1);
    if (end < 0) return undefined;
    const [key = '', ...value] = text.slice(at + 1, end).split('=');
    parameters.set(key.toUpperCase(), value.join('=').replaceAll('"', ''));
    at = end;
  }
  return { name, parameters, value: text.slice(at + 1).trim() };
}

function endOfParameter(text: string, from: number): number {
  let quoted = false;
  for (let at = from; at < text.length; at++) {
    const sign = text[at];
    if (sign === '"') quoted = !quoted;
    else if (!quoted && (sign === ';' || sign === ':')) return at;
  }
  return -1;
}

/** A TEXT value (RFC 5545 section 3.3.11). */
export const unescapeText = (text: string): string => text.replace(/\\(.)/g, (_, sign: string) => (/n/i.test(sign) ? '\n' : sign));
