import { say, type Phrase } from '@mailwright/core';
import { LineCounter, isAlias, isMap, isNode, isScalar, parseAllDocuments, visit, type Document, type Node, type YAMLMap } from 'yaml';
import { MERGE, Report, TOP, startOf } from './report.ts';

const LARGEST = 1024 * 1024;
/** Levels of the tree; a field counts as two. */
const DEEPEST = 200;

/** Texts whose trees are kept, and how long they may be: a tree takes some hundred times the memory of its text. */
const KEPT = 2;
const LONGEST_KEPT = 200_000;

export interface ReadDocument {
  readonly report: Report;
  readonly root?: YAMLMap;
  /** The whole document, with the tokens it was read from. Nobody changes it: it is shared. */
  readonly document?: Document.Parsed;
}

/** The file as a tree with positions, unless it cannot be read at all; what it may not hold is in the report. */
export function readDocument(text: string, file: string): ReadDocument {
  const { lines, documents } = parsed(text);
  const report = new Report(file, text, lines);
  const refuse = (at: number, message: Phrase, fix: Phrase) => {
    report.problem(at, TOP, message, fix);
    return { report };
  };
  if (Buffer.byteLength(text) > LARGEST)
    return refuse(0, say`the file is larger than 1 MB.`, say`Split it: call other automations from this one.`);
  if (!documents) return refuse(0, ...TOO_DEEP);
  const [first, second] = documents;
  if (second)
    return refuse(
      second.range[0],
      say`the file holds more than one document.`,
      say`Remove what follows the line ---, or put it into a file of its own.`,
    );
  if (!first?.contents) return refuse(0, say`the file is empty.`, say`Begin with: version: 1`);
  reportSyntax(first, report);
  if (report.problems.length > 0 && first.errors.some(({ code }) => code !== 'DUPLICATE_KEY')) return { report };
  reportForbidden(first, report);
  if (isMap(first.contents)) return { report, root: first.contents, document: first };
  return refuse(startOf(first.contents), say`the file does not hold fields.`, say`Begin with: version: 1`);
}

interface Parsed {
  readonly text: string;
  readonly lines: LineCounter;
  /** Undefined where the text is too large or nested too deeply. */
  readonly documents?: readonly Document.Parsed[] | undefined;
}
let latest: readonly Parsed[] = [];

/** An editor asks of one text what it holds, what is wrong with it, and what a change makes of it: reading it is what takes the time. */
function parsed(text: string): Parsed {
  const found = latest.find((one) => one.text === text) ?? read(text);
  if (text.length <= LONGEST_KEPT) latest = [found, ...latest.filter((one) => one !== found)].slice(0, KEPT);
  return found;
}

function read(text: string): Parsed {
  const lines = new LineCounter();
  return { text, lines, documents: Buffer.byteLength(text) > LARGEST ? undefined : parse(text, lines) };
}

function parse(text: string, lineCounter: LineCounter): readonly Document.Parsed[] | undefined {
  try {
    // A deeply nested file ends the parser's recursion with a RangeError.
    const options = { lineCounter, keepSourceTokens: true, prettyErrors: false, merge: false, logLevel: 'silent', version: '1.2' } as const;
    return [...parseAllDocuments(text, options)] as Document.Parsed[];
  } catch {
    return undefined;
  }
}

/** Of what makes the file unreadable only the first is said: the rest mostly follows from it. */
function reportSyntax(document: Document.Parsed, report: Report): void {
  for (const { code, pos } of document.errors) {
    if (code !== 'DUPLICATE_KEY') continue;
    const key = /^[^\s:,}]+/.exec(report.text.slice(pos[0]))?.[0] ?? '';
    report.problem(pos[0], TOP, say`the key "${{ key }}" stands here twice.`, say`Remove one of the two.`);
  }
  const first = document.errors.find(({ code }) => code !== 'DUPLICATE_KEY');
  if (first?.message.includes('call stack')) report.problem(first.pos[0], TOP, ...TOO_DEEP);
  else if (first)
    report.problem(
      first.pos[0],
      TOP,
      say`this is not YAML: ${{ message: first.message }}.`,
      say`Check indentation, quotes, brackets and blanks after colons.`,
    );
  if (document.directives.yaml.version !== '1.2')
    report.problem(0, TOP, say`only YAML 1.2 is read.`, say`Remove the line that begins with %YAML.`);
}

/** YAML's shortcuts make a file mean something else than it shows, and break editing it by program. */
function reportForbidden(document: Document.Parsed, report: Report): void {
  visit(document, (key, node, path) => {
    if (!isNode(node)) return undefined;
    const problem = forbidden(key, node, report.text) ?? (path.length > DEEPEST ? TOO_DEEP : undefined);
    if (!problem) return undefined;
    report.problem(startOf(node), TOP, ...problem);
    return visit.SKIP;
  });
}

type Said = readonly [message: Phrase, fix: Phrase];
const TOO_DEEP: Said = [say`this is nested too deeply.`, say`Split it: call other automations from this one.`];

function forbidden(key: unknown, node: Node, text: string): Said | undefined {
  if (isAlias(node)) return [say`an alias (*name) is not allowed.`, say`Write the value out.`];
  if ('anchor' in node && node.anchor !== undefined)
    return [say`an anchor (&name) is not allowed.`, say`Remove it, and write the value out where it is used.`];
  if (node.tag !== undefined) return [say`a tag (!name) is not allowed.`, say`Remove it; quotes make a text.`];
  if (isBraces(node, text))
    return [say`an expression must stand in quotes.`, say`Write '${{ text: text.slice(startOf(node), node.range?.[1]).trim() }}'.`];
  if (key !== 'key') return undefined;
  if (isScalar(node) && node.value === MERGE) return [say`a merge key (<<) is not allowed.`, say`Write the fields out.`];
  return isScalar(node) ? undefined : [say`a key must be a plain name.`, say`Write name: value.`];
}

/** Without quotes YAML takes `{{ word }}` for two maps. */
const isBraces = (node: Node, text: string) => isMap(node) && text.startsWith('{{', startOf(node));
