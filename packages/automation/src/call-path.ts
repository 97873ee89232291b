import { say, type Phrase } from '@mailwright/core';
type Said = readonly [message: Phrase, fix: Phrase];

/** A called file lies in the folder of its caller or below, written with `/` on every system. */
export function callPathProblem(path: string): Said | undefined {
  const fix = say`Write a path such as parts/login.steps.yaml, relative to this file.`;
  if (path === '') return [say`the path of an automation is expected.`, fix];
  if (path.includes('{{')) return [say`the path of an automation cannot be an expression.`, fix];
  if (path.includes('\\') || path.includes(':') || path.startsWith('/'))
    return [say`"${{ path }}" is not a path relative to this file.`, fix];
  if (path.split('/').some((part) => ['', '.', '..'].includes(part)))
    return [say`"${{ path }}" leads out of the folder of this file.`, fix];
  return path.endsWith('.steps.yaml') ? undefined : [say`"${{ path }}" is no automation.`, say`Its name must end in .steps.yaml.`];
}

/** The path of a called file relative to the folder of the automation that was started. */
export function joinCallPath(caller: string, path: string): string {
  const folder = caller.includes('/') ? caller.slice(0, caller.lastIndexOf('/') + 1) : '';
  return `${folder}${path}`;
}
