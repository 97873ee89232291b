import { Tab, TabList, TabPanel, Tabs as AriaTabs } from 'react-aria-components';
import type { ReactNode } from 'react';
import { Icon, type IconName } from './icon.tsx';
import './tabs.css';

export interface TabShown {
  readonly id: string;
  readonly title: string;
  readonly icon?: IconName;
  /** A count or state beside the title. */
  readonly badge?: ReactNode;
  readonly content: ReactNode;
}
export interface TabsProps {
  readonly label: string;
  readonly tabs: readonly TabShown[];
  readonly selected?: string;
  readonly onSelect?: (id: string) => void;
  /** `small`: inside a form, as a switch between forms of one value. */
  readonly size?: 'normal' | 'small';
  /** At the far end of the row. */
  readonly extra?: ReactNode;
}
/** Real ARIA tabs: arrow keys move, Home and End jump. */
export function Tabs({ label, tabs, selected, onSelect, size = 'normal', extra }: TabsProps) {
  return (
    <AriaTabs
      className={`tabs tabs-${size}`}
      {...(selected !== undefined && { selectedKey: selected })}
      onSelectionChange={(key) => onSelect?.(String(key))}
    >
      <div className="tabs-row">
        <TabList className="tabs-list" aria-label={label}>
          {tabs.map(({ id, title, icon, badge }) => (
            <Tab key={id} id={id} className="tab">
              {icon && <Icon name={icon} size={15} />}
              <span>{title}</span>
              {badge}
            </Tab>
          ))}
        </TabList>
        {extra}
      </div>
      {tabs.map(({ id, content }) => (
        <TabPanel key={id} id={id} className="tab-panel">
          {content}
        </TabPanel>
      ))}
    </AriaTabs>
  );
}
