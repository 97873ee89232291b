import type { Json } from '../../../api.ts';
import { useText } from '../../text/text.ts';
import { Button, IconButton } from '../../ui/button.tsx';
import { ExpressionInput } from '../expression-input.tsx';
import type { WidgetProps } from '../widget.ts';
import { ChooseFile } from './choose-file.tsx';
import { JsonWidget } from './json.tsx';
import { shown, WithExpression } from './simple.tsx';

/** Files to attach: paths, or what a step above gave. */
export function FilesWidget(props: WidgetProps) {
  const { field, value, error, hint, onChange } = props;
  const t = useText();
  const files = Array.isArray(value) ? (value as readonly Json[]) : [];
  if (files.some((file) => typeof file !== 'string')) return <JsonWidget {...props} />;
  const put = (next: readonly Json[]) => onChange(next.length === 0 ? undefined : next);
  return (
    <WithExpression {...props}>
      {(toggle) => (
        <div className="field field-with-toggle" role="group" aria-label={field.title}>
          <span className="field-label">{field.title}</span>
          {files.map((file, index) => (
            <div className="list-item" key={index}>
              <ExpressionInput
                label={t('form.fileNumber', { number: index + 1 })}
                bare
                mono
                value={shown(file)}
                onChange={(text) => put(files.with(index, text))}
              />
              <ChooseFile label={t('form.fileNumber', { number: index + 1 })} onChoose={(path) => put(files.with(index, path))} />
              <IconButton
                icon="close"
                label={t('form.removeEntry', { number: index + 1 })}
                onPress={() => put(files.toSpliced(index, 1))}
              />
            </div>
          ))}
          <div>
            <Button variant="quiet" icon="attachment" onPress={() => onChange([...files, ''])}>
              {t('form.addFile')}
            </Button>
          </div>
          {hint !== undefined && <span className="field-hint">{hint}</span>}
          {error !== undefined && <span className="field-error">{error}</span>}
          {toggle}
        </div>
      )}
    </WithExpression>
  );
}
