import { useState } from 'react';
import { useText } from '../../text/text.ts';
import { ToggleButton } from 'react-aria-components';
import { Icon } from '../../ui/icon.tsx';
import type { WidgetProps } from '../widget.ts';
import { JsonWidget } from '../widgets/json.tsx';
import { WithExpression } from '../widgets/simple.tsx';
import { useForm } from '../form-context.ts';
import { conditionsOf, isIncomplete, toFilter, toView } from '../model/filter-view.ts';
import { GroupView } from './group-view.tsx';
import { Preview } from './preview.tsx';
import './filter.css';

/** Which messages: rows in groups, or the same as JSON; below it what the server finds. */
export function FilterWidget(props: WidgetProps) {
  const { field, value, error, hint, onChange } = props;
  const t = useText();
  const { root } = useForm();
  const [asText, setAsText] = useState(false);
  // A condition that is being made is not yet a mistake; it is one once the filter is left.
  const [isLeft, setLeft] = useState(true);
  const isQuiet = !isLeft && isIncomplete(value);
  return (
    <WithExpression {...props}>
      {(toggle) => (
        <div
          className="filter field-with-toggle"
          role="group"
          aria-label={field.title}
          onFocus={() => setLeft(false)}
          onBlur={({ currentTarget, relatedTarget }) => {
            // What opens over the page, such as a list of choices, takes the focus without being elsewhere.
            const isOver = relatedTarget instanceof Element && relatedTarget.closest('[role="listbox"], [role="dialog"]') !== null;
            if (relatedTarget !== null && !isOver && !currentTarget.contains(relatedTarget)) setLeft(true);
          }}
        >
          <div className="filter-head">
            <span className="field-label">{field.title}</span>
            <ToggleButton className="filter-text" isSelected={asText} onChange={setAsText}>
              <Icon name="code" size={13} />
              {t('filter.asText')}
            </ToggleButton>
          </div>
          {asText ? (
            <JsonWidget {...props} field={{ ...field, title: t('filter.textLabel') }} />
          ) : (
            <GroupView
              view={toView(value)}
              conditions={conditionsOf(field.schema, root)}
              depth={0}
              onChange={(view) => onChange(toFilter(view))}
            />
          )}
          {hint !== undefined && <span className="field-hint">{hint}</span>}
          {error !== undefined && !asText && !isQuiet && <span className="field-error">{error}</span>}
          <Preview filter={value} path={props.path} />
          {toggle}
        </div>
      )}
    </WithExpression>
  );
}
