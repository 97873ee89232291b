import { useMemo, useRef, useState, type KeyboardEvent } from 'react';
import { useBoot } from '../boot.ts';
import { useFromAutomation } from '../automation/editor-store.ts';
import { addBlock } from '../steps/actions.ts';
import { useDragSource } from '../steps/drag.tsx';
import { useText } from '../text/text.ts';
import { Icon, SearchField } from '../ui/index.ts';
import { cannot } from './abilities.ts';
import { blocksOf, connectionsIn, fits, type Block } from './blocks.ts';
import './palette.css';

const GROUPS = ['email', 'flow', 'data'] as const;

/** Everything that can be added: dragged, double-clicked, or chosen with Enter. */
export function Palette() {
  const t = useText();
  const boot = useBoot();
  const [search, setSearch] = useState('');
  const list = useRef<HTMLDivElement>(null);
  const blocks = useMemo(() => blocksOf(boot), [boot]);
  const shown = blocks.filter((block) => fits(block, search));
  const [current, setCurrent] = useState<string>();
  const active = shown.some(({ id }) => id === current) ? current : shown[0]?.id;
  const go = (by: number): void => {
    const at = shown.findIndex(({ id }) => id === active);
    const next = shown[Math.max(0, Math.min(shown.length - 1, at + by))];
    if (!next) return;
    setCurrent(next.id);
    list.current?.querySelector<HTMLElement>(`[data-block-id="${CSS.escape(next.id)}"]`)?.focus();
  };
  const onKeyDown = (event: KeyboardEvent): void => {
    const block = shown.find(({ id }) => id === active);
    if (event.key === 'ArrowDown') go(1);
    else if (event.key === 'ArrowUp') go(-1);
    else if ((event.key === 'Enter' || event.key === ' ') && block) addBlock(block, boot);
    else return;
    event.preventDefault();
  };
  return (
    <div className="palette">
      <div className="palette-head">
        <SearchField
          label={t('palette.search')}
          value={search}
          onChange={setSearch}
          onKeyDown={(event) => {
            const first = shown[0];
            if (event.key === 'ArrowDown') go(0);
            else if (event.key === 'Enter' && first && search !== '') addBlock(first, boot);
            else return;
            event.preventDefault();
          }}
        />
      </div>
      <div className="palette-list" ref={list} onKeyDown={onKeyDown}>
        {GROUPS.map((group) => (
          <Group
            key={group}
            title={t(`palette.${group}`)}
            blocks={shown.filter((block) => block.group === group)}
            active={active}
            onActive={setCurrent}
          />
        ))}
        {shown.length === 0 && <p className="palette-none">{t('common.nothingFound')}</p>}
      </div>
    </div>
  );
}

function Group({
  title,
  blocks,
  active,
  onActive,
}: {
  readonly title: string;
  readonly blocks: readonly Block[];
  readonly active: string | undefined;
  readonly onActive: (id: string) => void;
}) {
  if (blocks.length === 0) return null;
  return (
    <section className="palette-group">
      <h3>{title}</h3>
      {blocks.map((block) => (
        <Item key={block.id} block={block} isActive={block.id === active} onActive={onActive} />
      ))}
    </section>
  );
}

function Item({
  block,
  isActive,
  onActive,
}: {
  readonly block: Block;
  readonly isActive: boolean;
  readonly onActive: (id: string) => void;
}) {
  const boot = useBoot();
  const { ref, onPointerDown, isDragging } = useDragSource({ kind: 'block', id: block.id });
  const reason = useReason(block);
  return (
    <button
      type="button"
      ref={ref}
      className={`palette-item${isDragging ? ' is-dragging' : ''}${reason === undefined ? '' : ' is-unable'}`}
      tabIndex={isActive ? 0 : -1}
      data-block-id={block.id}
      title={reason ?? block.summary}
      onPointerDown={onPointerDown}
      onFocus={() => onActive(block.id)}
      onDoubleClick={() => addBlock(block, boot)}
    >
      <span className="step-icon">
        <Icon name={block.icon} size={16} />
      </span>
      <span className="palette-text">
        {block.title}
        {reason !== undefined && <span className="palette-reason">{reason}</span>}
      </span>
    </button>
  );
}

/** Greyed where no connected session could do it; with none connected yet nothing is. */
function useReason({ definition }: Block): string | undefined {
  const boot = useBoot();
  const steps = useFromAutomation((automation) => automation?.history?.now.content.steps);
  return useMemo(() => {
    if (!steps || !definition) return undefined;
    const reasons = connectionsIn(steps).map(({ session }) => cannot(definition, session, steps, boot));
    return reasons.length > 0 && reasons.every((reason) => reason !== undefined) ? reasons[0] : undefined;
  }, [steps, definition, boot]);
}
