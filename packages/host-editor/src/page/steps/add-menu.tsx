import { useState } from 'react';
import { Autocomplete, Dialog, Input, ListBox, ListBoxItem, ListBoxSection, Header, Popover, SearchField } from 'react-aria-components';
import { useBoot } from '../boot.ts';
import { blocksOf, fits, type Block } from '../palette/blocks.ts';
import { useText } from '../text/text.ts';
import { Icon } from '../ui/index.ts';
import { addBlock } from './actions.ts';
import { focusRow, stopAdding, useAdding } from './focus.ts';

const GROUPS = ['email', 'flow', 'data'] as const;

/** What can be added at a place: type, arrow, Enter. */
export function AddMenu() {
  const t = useText();
  const boot = useBoot();
  const adding = useAdding();
  const [search, setSearch] = useState('');
  if (!adding) return null;
  const close = (): void => {
    setSearch('');
    stopAdding();
  };
  const back = (): void => {
    close();
    const row = adding.anchor.closest<HTMLElement>('[data-row]')?.dataset['row'];
    if (row !== undefined) focusRow(row);
  };
  const blocks = blocksOf(boot).filter((block) => fits(block, search));
  const add = (id: string): void => {
    const block = blocks.find((one) => one.id === id);
    const { place } = adding;
    close();
    if (block) addBlock(block, boot, place);
  };
  return (
    <Popover
      className="popover add-menu"
      triggerRef={{ current: adding.anchor }}
      isOpen
      onOpenChange={(open) => !open && back()}
      placement="bottom start"
    >
      <Dialog aria-label={t('steps.add')} className="add-dialog">
        <Autocomplete inputValue={search} onInputChange={setSearch}>
          <SearchField aria-label={t('palette.search')} className="search" autoFocus>
            <Icon name="search" size={15} />
            <Input className="input" placeholder={t('palette.search')} />
          </SearchField>
          <ListBox
            className="options add-options"
            aria-label={t('palette.title')}
            selectionMode="none"
            onAction={(key) => add(String(key))}
            renderEmptyState={() => <p className="menu-header">{t('common.nothingFound')}</p>}
          >
            {GROUPS.filter((group) => blocks.some((block) => block.group === group)).map((group) => (
              <ListBoxSection key={group} id={group}>
                <Header className="menu-header">{t(`palette.${group}`)}</Header>
                {blocks
                  .filter((block) => block.group === group)
                  .map((block) => (
                    <Choice key={block.id} block={block} />
                  ))}
              </ListBoxSection>
            ))}
          </ListBox>
        </Autocomplete>
      </Dialog>
    </Popover>
  );
}

function Choice({ block: { id, title, icon } }: { readonly block: Block }) {
  return (
    <ListBoxItem id={id} textValue={title} className="menu-item">
      <Icon name={icon} />
      <span className="menu-item-text">{title}</span>
    </ListBoxItem>
  );
}
