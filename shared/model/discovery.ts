/** Where taking an inventory stands: small, because it travels through the durable history (D6). */
export type DiscoveryCursor =
  | {
      readonly phase: 'graph';
      /** Index into `GRAPH_KINDS`. */
      readonly kindIndex: number;
      /** Part of the subscriptions; a query takes a limited number of them. */
      readonly part: number;
      readonly page: number;
      readonly skipToken: string | null;
      /** Rows of this kind and part so far, to compare with what Azure says there are. */
      readonly rows: number;
      /** Times this kind and part was read again because rows were missing. */
      readonly restarts: number;
    }
  /** Beside Resource Graph: `index` counts workspaces, or subscriptions, in the order of their ids. */
  | {
      readonly phase: 'workspaces' | 'subscriptions';
      readonly index: number;
      readonly attempt: number;
      /** Which of this look's list were only busy and are asked again; absent: all of them. */
      readonly busy?: readonly number[];
    }
  | { readonly phase: 'join'; readonly bucket: number }
  | { readonly phase: 'complete' }
  | { readonly phase: 'done' };

export const FIRST_CURSOR: DiscoveryCursor = {
  phase: 'graph',
  kindIndex: 0,
  part: 0,
  page: 0,
  skipToken: null,
  rows: 0,
  restarts: 0,
};

/** One look at an inventory: where it stands now, and how long the next look must wait. */
export interface DiscoveryLook {
  readonly cursor: DiscoveryCursor;
  readonly waitMs: number;
  /** Resource Graph queries answered in this look. */
  readonly queries: number;
  /** Set when a service refused in a way that waiting does not cure: the inventory fails. */
  readonly problem: string | null;
}
