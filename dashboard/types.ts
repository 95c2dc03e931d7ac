import type { z } from 'zod';
import type * as answers from '../functions/http/answers/dashboard.ts';
import type { Deployment as Deployed } from '../functions/http/answers/deployment.ts';
import type { Inventory as OneInventory } from '../functions/http/answers/inventory.ts';
import type { OneRuleSet } from '../functions/http/answers/rule-set.ts';
import type { RollbackAnswer } from '../functions/http/answers/wave-pages.ts';
import type { MachineRow } from '../shared/dashboard/machine-row.ts';
import type { FindingDefinition } from '../shared/model/finding-definition.ts';
import type { EstateFinding, FindingCode } from '../shared/model/findings.ts';
import type { Machine } from '../shared/model/machine.ts';
import type { AuditEntry } from '../shared/model/wave.ts';
import type { Duplicates } from '../shared/verification/duplicates/model.ts';

/** A page of a list, as every listing call answers it. */
type Paged<N extends string, T> = { readonly [K in N]: readonly T[] } & { readonly next?: string };

/** What the API answers, by the very schemas that describe it; nothing of them is loaded. */
export type Me = z.infer<typeof answers.Me>;
export type Overview = z.infer<typeof answers.Overview>;
export type Throttle = z.infer<typeof answers.Throttle>;
export type WaveBoard = z.infer<typeof answers.WaveBoard>;
export type WaveTable = Paged<'machines', MachineRow & { readonly text: string | null }> & {
  readonly total: number;
  readonly of: number;
};
export type MachineAnswer = z.infer<typeof answers.OneMachine>;
export type WaveTimeline = z.infer<typeof answers.WaveTimeline>;
export type Verb = WaveBoard['verbs'][number];
export type Inventory = z.infer<typeof OneInventory>;
export type Findings = Paged<'findings', EstateFinding & FindingDefinition> & {
  readonly machines: readonly (FindingDefinition & {
    readonly code: FindingCode;
    readonly machines: number;
  })[];
};
export type InventoryMachines = Paged<'machines', Machine>;
export type RuleSets = Paged<
  'ruleSets',
  { readonly id: string; readonly workspaceId: string; readonly createdAt: string; readonly rules: number }
>;
export type RuleSet = z.infer<typeof OneRuleSet>;
export type Deployment = z.infer<typeof Deployed>;
export type DuplicateIngestion = Paged<'workspaces', Duplicates>;
export type AuditPage = Paged<'entries', AuditEntry & { readonly row: string }>;
export type Evidence = NonNullable<NonNullable<MachineAnswer['inWave']>['verdict']>['evidence'][number];
export type RollbackPreview = Extract<z.infer<typeof RollbackAnswer>, { readonly status: 'whatIf' }>;
