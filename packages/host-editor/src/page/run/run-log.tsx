import { useLayoutEffect, useRef, useState } from 'react';
import type { RunLine } from '../../api.ts';
import { useBoot } from '../boot.ts';
import { formatTime, useText } from '../text/text.ts';
import { Icon } from '../ui/index.ts';
import { lineShown } from './log-line.ts';
import type { RunView } from './run-view.ts';
import { stepName } from './step-name.ts';

const ROW = 26;
/** Rows drawn beyond what is seen, so that a fast scroll shows no gaps. */
const BEYOND = 12;

/** The log of a run: only the rows in sight exist, however many there are. At its end it follows what comes. */
export function RunLog({
  view,
  chosen,
  onChoose,
}: {
  readonly view: RunView;
  readonly chosen: string | undefined;
  readonly onChoose: (step: string) => void;
}) {
  const t = useText();
  const { rows } = view;
  const box = useRef<HTMLDivElement>(null);
  const follows = useRef(true);
  const [{ top, height }, setSight] = useState({ top: 0, height: 0 });
  useLayoutEffect(() => {
    const element = box.current;
    if (!element) return;
    const observer = new ResizeObserver(() => setSight({ top: element.scrollTop, height: element.clientHeight }));
    observer.observe(element);
    return () => observer.disconnect();
  }, []);
  useLayoutEffect(() => {
    if (box.current && follows.current) box.current.scrollTop = box.current.scrollHeight;
  }, [rows.length]);
  const first = Math.max(0, Math.floor(top / ROW) - BEYOND);
  const inSight = rows.slice(first, Math.ceil((top + height) / ROW) + BEYOND);
  return (
    <div
      ref={box}
      className="run-log"
      role="region"
      aria-label={t('run.log')}
      tabIndex={0}
      data-rows={rows.length}
      onScroll={({ currentTarget: { scrollTop, clientHeight, scrollHeight } }) => {
        follows.current = scrollTop + clientHeight >= scrollHeight - ROW;
        setSight({ top: scrollTop, height: clientHeight });
      }}
    >
      <ol style={{ height: rows.length * ROW }}>
        {inSight.map((line, index) => (
          <li
            key={line.seq}
            style={{ transform: `translateY(${(first + index) * ROW}px)` }}
            aria-setsize={rows.length}
            aria-posinset={first + index + 1}
          >
            <Row line={line} view={view} isChosen={'id' in line && line.id === chosen} onChoose={onChoose} />
          </li>
        ))}
      </ol>
    </div>
  );
}

function Row({
  line,
  view,
  isChosen,
  onChoose,
}: {
  readonly line: RunLine;
  readonly view: RunView;
  readonly isChosen: boolean;
  readonly onChoose: (step: string) => void;
}) {
  useText();
  const boot = useBoot();
  const { icon, tone, text, note } = lineShown(line, (id) => stepName(view, id, boot));
  const content = (
    <>
      <time>{formatTime(line.at, 'time')}</time>
      <Icon name={icon} size={14} />
      <span className="run-line-number">{line.event === 'run' || !('id' in line) ? '' : view.names.get(line.id)?.number}</span>
      <span className="run-line-text">{text}</span>
      <span className="run-line-note">{note}</span>
    </>
  );
  const className = `run-line run-line-${tone}`;
  if (line.event === 'run' || !('id' in line)) return <div className={className}>{content}</div>;
  return (
    <button type="button" className={className} aria-pressed={isChosen} onClick={() => onChoose(line.id)}>
      {content}
    </button>
  );
}
