/** The stages of a wave in order: the order is this tuple (DESIGN section 2). */
export const STAGES = [
  'install',
  'associate',
  'verify',
  'disableConnector',
  'reverify',
  'uninstall',
  'confirm',
] as const;
export type Stage = (typeof STAGES)[number];

/**
 * Stages run machine by machine inside a segment; between segments the whole wave meets at a gate.
 * `disableConnector` is workspace-wide (D8), so it stands alone between the two.
 */
export const SEGMENTS = {
  deploy: ['install', 'associate', 'verify'],
  remove: ['reverify', 'uninstall', 'confirm'],
} as const satisfies Record<string, readonly Stage[]>;
export type Segment = keyof typeof SEGMENTS;
export type MachineStage = (typeof SEGMENTS)[Segment][number];

/** ARM requests one machine costs when a stage first acts on it, and each time it is looked at again. */
export const STAGE_COST: Record<MachineStage, { first: CallCost; again: CallCost }> = {
  install: { first: { reads: 2, writes: 1, compute: 1 }, again: { reads: 1 } },
  associate: { first: { reads: 1, writes: 2 }, again: { reads: 1, writes: 1 } },
  verify: { first: {}, again: {} },
  reverify: { first: {}, again: {} },
  uninstall: { first: { reads: 3, deletes: 1, compute: 1 }, again: { reads: 1 } },
  confirm: { first: { reads: 2 }, again: {} },
};

export interface CallCost {
  readonly reads?: number;
  readonly writes?: number;
  readonly deletes?: number;
  /** Calls of the Compute "update VM" group. */
  readonly compute?: number;
}
