import type { ComponentChildren } from 'preact';

/** Room that scrolls sideways where a table is wider than the page, with the keyboard as well. */
export function Scroll({
  label,
  children,
}: {
  readonly label: string;
  readonly children: ComponentChildren;
}) {
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls has to be reached by keyboard (axe: scrollable-region-focusable)
    <section class="scroll" tabIndex={0} aria-label={label}>
      {children}
    </section>
  );
}

/** Text as it is, such as a query; long ones scroll. */
export function Code({ children }: { readonly children: string }) {
  // biome-ignore lint/a11y/noNoninteractiveTabindex: as above
  return <pre tabIndex={0}>{children}</pre>;
}
