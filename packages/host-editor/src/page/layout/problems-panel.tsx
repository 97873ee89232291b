import type { ProblemShown } from '../../api.ts';
import { useAutomation } from '../automation/editor-store.ts';
import { goToProblem } from '../form/go-to-problem.ts';
import { useText } from '../text/text.ts';
import { Empty, Icon } from '../ui/index.ts';
import './problems.css';

/** Everything that is wrong, each with its cure and a way to the step. */
export function ProblemsPanel() {
  const t = useText();
  const automation = useAutomation();
  const problems = automation?.problems ?? [];
  const warnings = automation?.warnings ?? [];
  if (problems.length + warnings.length === 0) return <Empty icon="done" title={t('problems.none')} />;
  return (
    <ul className="problems">
      {problems.map((problem, at) => (
        <Problem key={`p${at}`} problem={problem} tone="bad" />
      ))}
      {warnings.map((problem, at) => (
        <Problem key={`w${at}`} problem={problem} tone="warn" />
      ))}
    </ul>
  );
}

function Problem({ problem, tone }: { readonly problem: ProblemShown; readonly tone: 'bad' | 'warn' }) {
  const t = useText();
  const { id, step, where, missing, message, fix, line } = problem;
  const place = step === undefined ? t('problems.line', { line }) : `${step} ${where ?? ''}`;
  const content = (
    <>
      <Icon name={tone === 'bad' ? 'error' : 'warning'} />
      <span>
        <span className="visually-hidden">{t(tone === 'bad' ? 'problems.problem' : 'problems.warning')} </span>
        <strong>{place}</strong> {missing ? t('form.fillIn') : message} {!missing && <span className="muted">{fix}</span>}
      </span>
    </>
  );
  return (
    <li className={`problem problem-${tone}`}>
      {id === undefined ? (
        <div className="problem-line">{content}</div>
      ) : (
        <button type="button" className="problem-line" onClick={() => goToProblem(problem)}>
          {content}
        </button>
      )}
    </li>
  );
}
