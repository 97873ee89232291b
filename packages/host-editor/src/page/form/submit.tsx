import type { ReactNode } from 'react';

/** Fields that Enter submits. Passwords stand in one too, as browsers ask for. Nothing is ever sent by the form itself. */
export function Submit({ onSubmit, children }: { readonly onSubmit?: () => void; readonly children: ReactNode }) {
  return (
    <form
      className="submit"
      autoComplete="off"
      onSubmit={(event) => {
        event.preventDefault();
        event.stopPropagation();
        onSubmit?.();
      }}
    >
      {children}
    </form>
  );
}
