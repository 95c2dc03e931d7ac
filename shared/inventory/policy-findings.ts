import type { EstateFinding } from '../model/findings.ts';
import { normalizeId } from '../model/ids.ts';
import { classifyPolicy, type PolicyPurpose } from './policy-ids.ts';
import { classifyRule } from './policy-rules.ts';
import type { GraphRow } from './queries/graph.ts';

interface PolicyRows {
  readonly assignments: readonly GraphRow<'policyAssignments'>[];
  readonly definitions: readonly GraphRow<'policyDefinitions'>[];
  readonly sets: readonly GraphRow<'policySets'>[];
}

/** What one assigned definition does, and how it was recognised. */
interface Purpose {
  readonly purpose: PolicyPurpose;
  readonly custom: boolean;
  readonly name: string;
  /** The effect it has, and the parameter of the assignment that sets it, where one does. */
  readonly effect: Effect;
}

interface Effect {
  readonly value: unknown;
  readonly parameter?: string;
}

/** How agents get onto machines by Azure Policy, with the command that ends it. Pure; order is that of the ids. */
export function policyFindings({ assignments, definitions, sets }: PolicyRows): EstateFinding[] {
  const custom = new Map(
    definitions.flatMap((row) => {
      const purpose = classifyRule(row.policyRule);
      if (purpose === undefined) return [];
      const name = row.displayName || row.name;
      const { then } = row.policyRule as { then?: { effect?: unknown } };
      return [[normalizeId(row.id), { purpose, custom: true, name, effect: then?.effect }] as const];
    }),
  );
  const initiatives = new Map(sets.map((row) => [normalizeId(row.id), row]));
  const found = new Map<string, EstateFinding>();
  for (const assignment of assignments) {
    for (const purpose of purposesOf(assignment, custom, initiatives)) {
      const finding = findingOf(assignment, purpose);
      if (finding !== undefined) found.set(`${normalizeId(finding.subject.id)}|${finding.code}`, finding);
    }
  }
  return [...found].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, finding]) => finding);
}

/** A definition by itself; `effect` is what its rule says, which may be a parameter. */
type Definition = Omit<Purpose, 'effect'> & { readonly effect: unknown };

/** An assigned definition, or every definition of an assigned initiative. */
function purposesOf(
  { definitionId, parameters }: GraphRow<'policyAssignments'>,
  custom: ReadonlyMap<string, Definition>,
  initiatives: ReadonlyMap<string, GraphRow<'policySets'>>,
): Purpose[] {
  const id = normalizeId(definitionId ?? '');
  const own = definitionOf(id, custom);
  if (own !== undefined) return [{ ...own, effect: effectOf(own.effect, [parameters]) }];
  const members = initiatives.get(id)?.definitions ?? [];
  return members.flatMap((member) => {
    const definition = definitionOf(normalizeId(member.policyDefinitionId ?? ''), custom);
    if (definition === undefined) return [];
    return [{ ...definition, effect: effectOf(definition.effect, [member.parameters, parameters]) }];
  });
}

function definitionOf(id: string, custom: ReadonlyMap<string, Definition>): Definition | undefined {
  const purpose = classifyPolicy(id);
  if (purpose === undefined) return custom.get(id);
  // Built-in definitions take their effect by this name; one that blocks only audits by default.
  return { purpose, custom: false, name: id.split('/').at(-1) ?? id, effect: "[parameters('effect')]" };
}

/** Follows a parameter through what initiative and assignment pass; the last of them can be changed. */
function effectOf(value: unknown, [level, ...above]: readonly unknown[]): Effect {
  const [, name] = /^\[\s*parameters\(\s*'([^']+)'\s*\)\s*\]$/i.exec(String(value)) ?? [];
  if (name === undefined) return { value };
  const given = passed(level, name);
  return above.length === 0 ? { value: given, parameter: name } : effectOf(given, above);
}

/** The value of a parameter; names are case-insensitive. */
function passed(parameters: unknown, name: string): unknown {
  const entry = Object.entries((parameters as Record<string, unknown> | null | undefined) ?? {}).find(
    ([key]) => key.toLowerCase() === name.toLowerCase(),
  );
  return (entry?.[1] as { value?: unknown } | null | undefined)?.value;
}

const CODES: Partial<Record<PolicyPurpose, EstateFinding['code']>> = {
  legacyInstaller: 'legacyInstallerAssigned',
  legacyAudit: 'legacyAuditAssigned',
  defenderProvisioning: 'defenderProvisioningAssigned',
  legacyBlocker: 'legacyBlockAuditsOnly',
  amaInstaller: 'amaInstallerAssigned',
  amaInitiative: 'amaInstallerAssigned',
};

/** How the detail of a finding ends whose assignment is not enforced (enforcementMode DoNotEnforce). */
export const NOT_ENFORCED = '; not enforced, it only reports';

function findingOf(
  assignment: GraphRow<'policyAssignments'>,
  { purpose, custom, name, effect }: Purpose,
): EstateFinding | undefined {
  const installer = custom && purpose === 'legacyInstaller';
  const code = installer ? 'legacyInstallerCustom' : CODES[purpose];
  if (code === undefined) return undefined;
  const enforced = !/^donotenforce$/i.test(assignment.enforcementMode ?? '');
  if (purpose === 'legacyBlocker' && enforced && /^deny$/i.test(String(effect.value))) return undefined;
  const scope =
    assignment.scope || (assignment.id.split(/\/providers\/microsoft\.authorization\//i)[0] ?? '');
  const label = assignment.displayName || assignment.name;
  const mode = enforced ? '' : NOT_ENFORCED;
  return {
    code,
    subject: { kind: 'policyAssignment', id: assignment.id },
    detail: `"${label}" on ${scope} assigns ${custom ? `"${name}"` : name}${mode}`,
    ...fixOf(code, assignment, scope, effect),
  };
}

function fixOf(
  code: EstateFinding['code'],
  { name, parameters: given }: GraphRow<'policyAssignments'>,
  scope: string,
  effect: Effect,
): Pick<EstateFinding, 'fix'> {
  if (code === 'amaInstallerAssigned') return {};
  const at = `--name ${quoted(name)} --scope ${quoted(scope)}`;
  if (code === 'legacyBlockAuditsOnly') {
    if (effect.parameter === undefined) return {};
    // The command replaces all parameters, so those the assignment has go with it.
    const parameters = JSON.stringify({
      ...(given as Record<string, unknown> | null | undefined),
      [effect.parameter]: { value: 'Deny' },
    });
    return { fix: `az policy assignment update ${at} --params ${quoted(parameters)}` };
  }
  return { fix: `az policy assignment delete ${at}` };
}

/** An argument of a POSIX shell, whatever it holds. */
export function quoted(text: string): string {
  return `'${text.replaceAll("'", `'\\''`)}'`;
}
