import { isDeepStrictEqual } from 'node:util';
import { stringify, type YAMLMap } from 'yaml';
import { invalid } from '../check.ts';
import { readDocument } from '../file/document.ts';
import { idOf } from './match.ts';
import { Patcher } from './patcher.ts';
import { STEP_LISTS } from './render.ts';

/** What an automation's file holds, as plain data. */
export interface AutomationContent {
  readonly steps: readonly { readonly id: string; readonly [field: string]: unknown }[];
  readonly [field: string]: unknown;
}

/** What a file holds, however wrong it may be; undefined where it is no list of steps that each have an id of their own. */
export function contentOf(text: string): AutomationContent | undefined {
  const { report, root } = readDocument(text, '');
  if (!root || report.problems.length > 0) return undefined;
  const content = plain(root);
  return Array.isArray(content['steps']) && areSteps(content['steps'], new Set()) ? (content as unknown as AutomationContent) : undefined;
}

const plain = (root: YAMLMap) => JSON.parse(JSON.stringify(root)) as Record<string, unknown>;

function areSteps(steps: unknown, ids: Set<string>): boolean {
  if (!Array.isArray(steps)) return false;
  return steps.every((step: unknown) => {
    const id = idOf(step);
    if (id === undefined || ids.has(id)) return false;
    ids.add(id);
    const fields = step as Record<string, unknown>;
    return STEP_LISTS.every((key) => fields[key] === undefined || areSteps(fields[key], ids));
  });
}

/**
 * The text of a file, changed so that it holds `content`: comments, order, quotes, brackets and blank lines of what did not change
 * stay; steps are found by id wherever they went, and take their comments along. Errors: `automation.invalid` where the text is no
 * such file, or has anchors, aliases or tags.
 */
export function patchAutomation(text: string, content: AutomationContent, file = 'automation'): string {
  const { report, root } = readDocument(text, file);
  if (!root || report.problems.length > 0) throw invalid(file, report.problems);
  const wanted = JSON.parse(JSON.stringify(content)) as Record<string, unknown>;
  if (isDeepStrictEqual(plain(root), wanted)) return text;
  return patchedInPlace(text, wanted) ?? stringify(wanted, { lineWidth: 0, singleQuote: true });
}

/** The changed text; undefined where the form of the file is too rare to be changed in place. */
export function patchedInPlace(text: string, wanted: Readonly<Record<string, unknown>>): string | undefined {
  const mark = text.startsWith('\uFEFF') ? '\uFEFF' : '';
  const windows = /\r\n/.test(text) && !/[^\r]\n/.test(text);
  const body = text.slice(mark.length);
  try {
    const { document } = readDocument(body, '');
    if (!document) return undefined;
    const patched = new Patcher(document, body).patched(wanted);
    const result = mark + (windows ? patched.replaceAll(/\r?\n/g, '\r\n') : patched);
    const { root, report } = readDocument(result, '');
    return root && report.problems.length === 0 && isDeepStrictEqual(plain(root), wanted) ? result : undefined;
  } catch {
    // Whatever the reason: the caller writes the whole file anew rather than a wrong one.
    return undefined;
  }
}
