/**
 * The least time that the documented limits leave, whatever the app does: the calls that a stage cannot do without,
 * times the machines, less what the buckets hold at the start, over what flows back. The largest of all limits
 * decides. Limits: platform facts 6; ARM's are of one principal in one subscription, Compute's of one subscription
 * in one region.
 */
export interface Calls {
  readonly reads: number;
  readonly writes: number;
  readonly deletes: number;
  /** Writes and deletes of VM extensions, Compute's group "Update VM". */
  readonly compute: number;
}

const ARM = {
  reads: { burst: 250, perSecond: 25 },
  writes: { burst: 200, perSecond: 10 },
  deletes: { burst: 200, perSecond: 10 },
} as const;
const COMPUTE = { burst: 1500, perSecond: 500 / 60 };

/**
 * Calls per Azure VM: all of a stage, and those after which nothing is left but to wait for Azure and look.
 * `install`, with `associate`: read the VM, put the extension; ask once how it ended, list the associations, read the tags, put one.
 * `uninstall`: read the VM, list its associations, delete the extension; ask once how it ended.
 * `confirm` looks at the VM once more.
 */
export const CALLS = {
  install: {
    start: { reads: 1, writes: 1, deletes: 0, compute: 1 },
    all: { reads: 4, writes: 2, deletes: 0, compute: 1 },
  },
  uninstall: {
    start: { reads: 2, writes: 0, deletes: 1, compute: 1 },
    all: { reads: 3, writes: 0, deletes: 1, compute: 1 },
  },
  confirm: {
    start: { reads: 0, writes: 0, deletes: 0, compute: 0 },
    all: { reads: 1, writes: 0, deletes: 0, compute: 0 },
  },
} as const satisfies Record<string, { start: Calls; all: Calls }>;

/** Machines of one subscription, and what of its limits is there for them. */
export interface Load {
  readonly machines: number;
  /** Cells they are spread over evenly. */
  readonly cells: number;
  /** Share of the refill that nobody else takes. */
  readonly left: number;
}

/** Seconds within which the limits let so many calls pass. */
export function limitSeconds(calls: Calls, { machines, cells, left }: Load): number {
  const seconds = (needed: number, { burst, perSecond }: { burst: number; perSecond: number }) =>
    Math.max(0, needed - burst) / (perSecond * left);
  return Math.max(
    seconds(machines * calls.reads, ARM.reads),
    seconds(machines * calls.writes, ARM.writes),
    seconds(machines * calls.deletes, ARM.deletes),
    seconds((machines / cells) * calls.compute, COMPUTE),
  );
}

/** The floor of a stage: all calls must pass, and what is started last takes as long as a machine alone does. */
export function floorSeconds(stage: keyof typeof CALLS, load: Load, aloneSeconds: number): number {
  const { start, all } = CALLS[stage];
  return Math.max(limitSeconds(all, load), limitSeconds(start, load) + aloneSeconds);
}
