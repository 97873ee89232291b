import type { ReactNode } from 'react';
import './badge.css';
import { Icon, type IconName } from './icon.tsx';

/** A short state or count; its color is never the only sign. */
export function Badge({
  tone = 'neutral',
  icon,
  children,
}: {
  readonly tone?: 'neutral' | 'accent' | 'good' | 'warn' | 'bad';
  readonly icon?: IconName;
  readonly children?: ReactNode;
}) {
  return (
    <span className={`badge badge-${tone}`}>
      {icon && <Icon name={icon} size={13} />}
      {children}
    </span>
  );
}

/** A message in place: what happened, and what to do. */
export function Notice({
  tone,
  title,
  children,
}: {
  readonly tone: 'good' | 'warn' | 'bad' | 'neutral';
  readonly title?: ReactNode;
  readonly children?: ReactNode;
}) {
  const icon = tone === 'good' ? 'done' : tone === 'neutral' ? 'info' : tone === 'warn' ? 'warning' : 'error';
  return (
    <div className={`notice notice-${tone}`}>
      <Icon name={icon} size={17} />
      <div className="notice-body">
        {title !== undefined && <strong>{title}</strong>}
        {children !== undefined && <div>{children}</div>}
      </div>
    </div>
  );
}

/** What a list shows while it has nothing: why, and the first thing to do. */
export function Empty({ icon, title, children }: { readonly icon: IconName; readonly title: string; readonly children?: ReactNode }) {
  return (
    <div className="empty">
      <span className="empty-icon">
        <Icon name={icon} size={26} />
      </span>
      <strong>{title}</strong>
      {children !== undefined && <div className="empty-body">{children}</div>}
    </div>
  );
}
