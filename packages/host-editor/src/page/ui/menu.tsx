import { Menu as AriaMenu, Header, MenuItem, MenuSection, MenuTrigger, Popover } from 'react-aria-components';
import type { ReactElement } from 'react';
import { Icon, type IconName } from './icon.tsx';
import './overlay.css';

export interface MenuEntry {
  readonly id: string;
  readonly text: string;
  readonly icon?: IconName;
  readonly note?: string;
  readonly shortcut?: string;
  readonly danger?: boolean;
  readonly disabled?: boolean;
  readonly onAction: () => void;
}
export interface MenuProps {
  readonly label: string;
  /** The button that opens it. */
  readonly trigger: ReactElement;
  /** Groups, told apart by lines. */
  readonly groups: readonly { readonly title?: string; readonly entries: readonly MenuEntry[] }[];
}
export function Menu({ label, trigger, groups }: MenuProps) {
  return (
    <MenuTrigger>
      {trigger}
      <Popover className="popover" placement="bottom end">
        <AriaMenu className="menu" aria-label={label}>
          {groups
            .filter(({ entries }) => entries.length > 0)
            .map(({ title, entries }, at) => (
              <MenuSection
                key={title ?? at}
                aria-label={title ?? label}
                className={at > 0 ? 'menu-section menu-section-more' : 'menu-section'}
              >
                {title !== undefined && <Header className="menu-header">{title}</Header>}
                {entries.map((entry) => (
                  <Entry key={entry.id} {...entry} />
                ))}
              </MenuSection>
            ))}
        </AriaMenu>
      </Popover>
    </MenuTrigger>
  );
}

function Entry({ id, text, icon, note, shortcut, danger = false, disabled = false, onAction }: MenuEntry) {
  return (
    <MenuItem id={id} textValue={text} isDisabled={disabled} onAction={onAction} className={danger ? 'menu-item is-danger' : 'menu-item'}>
      {icon && <Icon name={icon} />}
      <span className="menu-item-text">
        {text}
        {note !== undefined && <span className="menu-item-note">{note}</span>}
      </span>
      {shortcut !== undefined && <kbd>{shortcut}</kbd>}
    </MenuItem>
  );
}
