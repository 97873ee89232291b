import { parseArgs } from 'node:util';
import { checkAutomation, edited, loadCalls, problemLine } from '@mailwright/automation';
import { createEmail } from '@mailwright/sdk';
import { callsBeside, readAutomation, writeAutomation } from '../automation-file.ts';
import { jsonLine, line, type Command } from '../command.ts';

export const check: Command = {
  name: 'check',
  usage: 'check FILE [--fix] [--json]',
  summary: 'Says what is wrong with an automation: line, column, mistake, cure. Connects to nothing. --fix writes what has but one cure.',
  async run(args) {
    const { values, positionals } = parseArgs({
      args: [...args],
      allowPositionals: true,
      options: { json: { type: 'boolean', default: false }, fix: { type: 'boolean', default: false } },
    });
    const { text, path } = await readAutomation(positionals[0]);
    await using email = createEmail();
    let own = checkAutomation(text, path, email.definitions);
    if (values.fix) {
      const mended = edited(text, own.warnings);
      if (mended !== text) await writeAutomation(path, mended);
      own = checkAutomation(mended, path, email.definitions);
    }
    const calls = own.automation ? await loadCalls(own.automation, email.definitions, callsBeside(path)) : { problems: [], warnings: [] };
    const problems = [...own.problems, ...calls.problems];
    const warnings = [...own.warnings, ...calls.warnings];
    if (values.json) jsonLine({ event: 'end', ok: problems.length === 0, problems, warnings });
    else {
      for (const problem of problems) line(problemLine(problem));
      for (const warning of warnings) line(`warning: ${problemLine(warning)}`);
      if (problems.length === 0) line(`${path}: no mistakes found.`);
    }
    return problems.length === 0 ? 0 : 1;
  },
};
