import { normalizeId, normalizeRegion } from '../../../shared/model/ids.ts';
import type { ExistingRule } from '../../../shared/rules/convert/existing.ts';
import type { SettingsSource, WorkspaceSettings } from '../../../shared/rules/convert/model.ts';
import type { RuleTags } from '../../../shared/rules/convert/tags.ts';

/** What ARM answers about a workspace, as the answers stand. */
export interface ArmSettings {
  readonly workspace: {
    readonly id: string;
    readonly name: string;
    readonly location: string;
    readonly properties: { readonly customerId: string };
  };
  readonly dataSources: { readonly value: readonly SettingsSource[] };
  readonly solutions: { readonly value: readonly { readonly plan: { readonly product: string } }[] };
  /** Kinds of data sources that ARM refuses to list. */
  readonly denied?: readonly {
    readonly kind: string;
    readonly error: { readonly code: string; readonly message: string };
  }[];
  readonly existingRules?: readonly ArmRule[];
}

interface ArmRule {
  readonly id: string;
  readonly name: string;
  readonly kind?: string | null;
  readonly tags?: RuleTags;
  readonly properties: ExistingRule['body'];
}

/** The settings as the app reads them from these answers. */
export function settingsFromArm(arm: ArmSettings): WorkspaceSettings {
  const { id, name, location, properties } = arm.workspace;
  return {
    workspace: {
      id: normalizeId(id),
      resourceId: id,
      name,
      region: normalizeRegion(location),
      customerId: properties.customerId,
    },
    sources: arm.dataSources.value.map((source) => ({
      id: source.id,
      name: source.name,
      kind: source.kind,
      properties: source.properties,
    })),
    solutions: arm.solutions.value.map(({ plan }) => plan.product).sort(),
    unread: (arm.denied ?? []).map(({ kind, error }) => ({ kind, reason: error.message })),
  };
}

export function existingRules({ existingRules: rules = [] }: ArmSettings): readonly ExistingRule[] {
  return rules.map((rule) => ({
    id: rule.id,
    name: rule.name,
    os: osOf(rule.kind),
    tags: rule.tags ?? null,
    body: rule.properties,
  }));
}

function osOf(kind: string | null | undefined): ExistingRule['os'] {
  const os = kind?.toLowerCase();
  return os === 'windows' || os === 'linux' ? os : null;
}
