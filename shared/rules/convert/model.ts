import type { OsType } from '../../model/agents.ts';

/** One collection setting of a workspace, as ARM gives it. */
export interface SettingsSource {
  readonly id: string;
  readonly name: string;
  readonly kind: string;
  readonly properties: unknown;
}

/** Everything a conversion reads. Nothing else decides what comes out (D9). */
export interface WorkspaceSettings {
  readonly workspace: {
    /** Normalised. */
    readonly id: string;
    readonly resourceId: string;
    readonly name: string;
    readonly region: string;
    readonly customerId: string;
  };
  readonly sources: readonly SettingsSource[];
  /** Products of the solutions on it: `VMInsights`, `WindowsFirewall`, … */
  readonly solutions: readonly string[];
  /** Kinds that could not be read. */
  readonly unread: readonly { readonly kind: string; readonly reason: string }[];
}

/**
 * One thing to collect, in the terms of a data collection rule. Things of one stream have the same
 * transformation, or none.
 */
export type Collected =
  | {
      readonly what: 'counter';
      readonly os: OsType;
      readonly stream: string;
      /** `\Object(Instance)\Counter`, on Linux without the first backslash. */
      readonly specifier: string;
      readonly intervalSeconds: number;
      /** What the settings ask for, ascending; absent where it is just that interval. */
      readonly askedSeconds?: readonly number[];
      readonly transformKql?: string;
    }
  | {
      readonly what: 'event';
      readonly os: 'windows';
      readonly stream: string;
      readonly xPath: string;
      readonly transformKql?: string;
    }
  | {
      readonly what: 'syslog';
      readonly os: 'linux';
      readonly stream: string;
      readonly facility: string;
      readonly levels: readonly string[];
      readonly transformKql?: string;
    }
  | {
      readonly what: 'logFile';
      readonly os: OsType;
      /** Table with its `_CL`. */
      readonly table: string;
      readonly filePatterns: readonly string[];
      readonly recordStartTimestampFormat: string;
      readonly transformKql: string;
      /** Columns of the table, which has to be there before the rule. Without: those that the agent sends. */
      readonly columns?: readonly { readonly name: string; readonly type: string }[];
    }
  | {
      readonly what: 'iisLog';
      readonly os: 'windows';
      readonly stream: string;
      readonly transformKql?: string;
    }
  | {
      readonly what: 'firewallLog';
      readonly os: 'windows';
      readonly stream: string;
      readonly transformKql?: string;
    }
  | {
      readonly what: 'extension';
      readonly os: OsType;
      readonly extensionName: string;
      readonly streams: readonly string[];
      readonly settings: Readonly<Record<string, unknown>> | null;
    };

/** Where a collected thing comes from. One source can hold several items: a counter, an event type. */
export interface Origin {
  readonly sourceId: string;
  readonly kind: string;
  /** The part of the source, in the source's own words. */
  readonly item: string;
}

export interface Wanted {
  readonly collected: Collected;
  /** All who ask for it: what two sources ask for is collected once. */
  readonly origins: readonly Origin[];
}

/** Something of a source that does not come through as it was. */
export interface Loss {
  readonly origin: Origin;
  readonly code: LossCode;
  /** What exactly: the value that was wrong, the limit that bites. */
  readonly detail?: string;
}

/** A kind's part of a conversion. Every item of every source is in `wanted` or in `losses`, or in both. */
export interface Converted {
  readonly wanted: readonly Wanted[];
  readonly losses: readonly Loss[];
}

/** Converts all sources of the kinds it is registered for. Pure. */
export type KindConverter = (sources: readonly SettingsSource[], settings: WorkspaceSettings) => Converted;

/** `lost`: not collected any more. `changed`: collected in another form. `off`: it was not collected before either. */
export const LOSSES = {
  malformed: {
    effect: 'lost',
    text: 'The setting has no form this app understands; nothing is made of it.',
  },
  disabled: {
    effect: 'off',
    text: 'The collection is switched off in the workspace; nothing is made of it.',
  },
  nothingSelected: { effect: 'off', text: 'The setting selects nothing; nothing is made of it.' },
  unknownKind: {
    effect: 'lost',
    text: 'This app does not know this kind of setting; check what it collects.',
  },
  noAgentData: {
    effect: 'off',
    text: 'The setting is not about data of an agent; it stays as it is.',
  },
  limitExceeded: { effect: 'lost', text: 'The item alone is larger than one rule can hold.' },
  noTarget: { effect: 'lost', text: 'Azure Monitor Agent has no counterpart of this setting.' },
  unreadable: {
    effect: 'lost',
    text: 'The settings of this kind could not be read; nothing is known of them.',
  },
  unknownFacility: {
    effect: 'lost',
    text: 'Azure Monitor Agent does not know this syslog facility; it is left out rather than widened to all.',
  },
  unknownSeverity: { effect: 'lost', text: 'The severity is unknown; it is left out.' },
  unknownEventType: { effect: 'lost', text: 'The event type is unknown; it is left out.' },
  channelNotCollectable: {
    effect: 'lost',
    text: 'Analytic and Debug channels cannot be collected by Azure Monitor Agent.',
  },
  securityLogNeedsStream: {
    effect: 'changed',
    text: 'The Security log goes to the table SecurityEvent, which needs Microsoft Sentinel or Defender for Servers on the workspace.',
  },
  intervalOutOfRange: {
    effect: 'changed',
    text: 'The interval is outside what a rule allows; the nearest allowed one is used.',
  },
  nameNormalised: {
    effect: 'changed',
    text: 'The name held characters a rule cannot carry, such as a tab; they were removed.',
  },
  delimiterNotSupported: {
    effect: 'lost',
    text: 'Records of this log are split by an expression that no rule can express; they would be cut apart.',
  },
  timestampFormatMapped: {
    effect: 'changed',
    text: 'Records start where a line begins with this form of timestamp; the expression of the legacy agent may have taken others as well.',
  },
  extractionNotConverted: {
    effect: 'lost',
    text: 'The extraction of this field cannot be expressed as a transformation; the column stays empty.',
  },
  pathNotSupported: { effect: 'lost', text: 'The path of the log files cannot be used in a rule.' },
  newTableNeeded: {
    effect: 'changed',
    text: 'The log goes to a new table, because a table that was migrated takes no more rows from the legacy agent.',
  },
  solutionMissing: {
    effect: 'lost',
    text: 'The table needs a solution that the workspace does not have.',
  },
  endpointNeeded: {
    effect: 'changed',
    text: 'The data source needs a data collection endpoint in the region of the workspace.',
  },
  tierUnknown: { effect: 'lost', text: 'The tier is none of All, Common, Minimal and None.' },
  alreadyCollected: {
    effect: 'changed',
    text: 'A rule that exists collects this already; it is left to that rule.',
  },
  siteNameNotFilled: {
    effect: 'changed',
    text: 'The column sSiteName stays empty unless IIS writes the field s-sitename.',
  },
  switchOnly: {
    effect: 'off',
    text: 'The setting only switches a collection on; what is collected is in the other settings of that kind.',
  },
  keyIgnored: {
    effect: 'changed',
    text: 'The setting has a key that its kind does not know; the key is ignored and the rest converted.',
  },
  intervalMerged: {
    effect: 'changed',
    text: 'Another setting asks for the same counter more often; it is collected once, at the shorter interval.',
  },
  coveredByTier: {
    effect: 'changed',
    text: 'The security-event tier of the workspace decides on the Security log; the setting is left to it.',
  },
  cefFacilityMoved: {
    effect: 'changed',
    text: 'The facility carries CEF: its messages go to CommonSecurityLog and no longer to Syslog as well.',
  },
  linesJoined: {
    effect: 'changed',
    text: 'Every line is a record, except where lines begin with an ISO 8601 time: a line without one then joins the record before it.',
  },
  timeNotConverted: {
    effect: 'changed',
    text: 'The time of a record cannot be taken from its text; TimeGenerated is the time of collection.',
  },
  pathTakenAsFile: {
    effect: 'changed',
    text: 'The path has neither extension nor wildcard: it is taken as one file. If it is a folder, nothing is collected of it.',
  },
  extensionNeeded: {
    effect: 'changed',
    text: 'The rule works on machines that have this extension; associating the rule does not install it.',
  },
  tableChanged: {
    effect: 'changed',
    text: 'The data goes to another table; queries and alerts that read the old one find nothing new.',
  },
  settingsNotCarried: {
    effect: 'changed',
    text: 'The settings of the legacy solution have no counterpart; the extension collects by its own defaults.',
  },
  mapNotSeen: {
    effect: 'lost',
    text: 'Whether the map of processes and connections is used cannot be seen in a workspace; ask for it to get a rule.',
  },
  narrowedByLever: {
    effect: 'changed',
    text: 'Less of it is collected, by a cost lever that was chosen for this rule set.',
  },
  droppedByLever: {
    effect: 'lost',
    text: 'It is not collected any more, by a cost lever that was chosen for this rule set.',
  },
  planChangedByLever: {
    effect: 'changed',
    text: 'The table is made with the Basic plan, by a cost lever that was chosen: detections and most alerts, long retention and free queries go.',
  },
  leverNotApplied: {
    effect: 'off',
    text: 'A cost lever was chosen that has nothing to act on here, or does not fit; the collection stays as it is.',
  },
  cefNotSeen: {
    effect: 'lost',
    text: 'CEF is set up on forwarders and cannot be seen in a workspace; name the facilities that carry it to get a rule.',
  },
} as const satisfies Record<string, { effect: 'lost' | 'changed' | 'off'; text: string }>;

export type LossCode = keyof typeof LOSSES;
