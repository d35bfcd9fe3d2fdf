import type { ReactNode } from "react";

/** Wraps skeletons, and says to those who do not see them what is being loaded. */
export function Loading({
  what,
  className,
  children,
}: {
  what: string;
  className?: string;
  children: ReactNode;
}) {
  return (
    <div className={className} role="status" aria-busy="true">
      <span className="visually-hidden">Loading {what}</span>
      {children}
    </div>
  );
}
