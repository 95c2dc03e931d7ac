import { LEGACY_PUBLISHER, LEGACY_TYPES } from '../model/agents.ts';

type Json = Readonly<Record<string, unknown>>;
/** The purposes of `POLICY_IDS` that a custom definition can have as well. */
export type RulePurpose = 'legacyInstaller' | 'legacyBlocker' | 'legacyAudit' | 'defenderProvisioning';

const PROVISIONING = 'Microsoft.Security/autoProvisioningSettings';

/**
 * What the rule of a custom definition does about the legacy agent, by its structure: what it deploys, what its
 * condition looks for, what it misses. Effects are often parameters; then the structure alone tells.
 */
export function classifyRule(policyRule: unknown): RulePurpose | undefined {
  const rule = object(policyRule);
  const then = object(rule?.['then']);
  const effect = String(then?.['effect'] ?? '').toLowerCase();
  if (rule === undefined || then === undefined || effect === 'disabled') return undefined;
  const details = then['details'];
  const deployed = [
    at(details, 'deployment'),
    at(details, 'operations'),
    Array.isArray(details) ? details : undefined,
  ];
  for (const part of deployed.filter((value) => value !== undefined)) {
    if (deploysLegacy(part, part)) return 'legacyInstaller';
    if (turnsProvisioningOn(part)) return 'defenderProvisioning';
  }
  const missed = at(details, 'existenceCondition');
  // Whoever deploys something else on machines without the legacy agent does not audit it.
  if (missed !== undefined)
    return at(details, 'deployment') === undefined &&
      (looksForLegacy(missed) || asksForProvisioning(details, missed))
      ? 'legacyAudit'
      : undefined;
  return details === undefined && looksForLegacy(rule['if']) ? 'legacyBlocker' : undefined;
}

/** Any resource (or alias) of the template with a publisher or type of the legacy agent. */
function deploysLegacy(value: unknown, template: unknown): boolean {
  if (Array.isArray(value)) return value.some((item) => deploysLegacy(item, template));
  const node = object(value);
  if (node === undefined) return false;
  // Modify and append write a value through an alias.
  if (typeof node['field'] === 'string' && legacyAlias(node['field'], node['value'])) return true;
  return Object.entries(node).some(([key, item]) => {
    const text = resolve(item, template);
    return isLegacy(key, text) || deploysLegacy(item, template);
  });
}

/** "[variables('x')]" and "[parameters('x')]" stand for what the template says of them, anywhere in it. */
function resolve(value: unknown, template: unknown, depth = 0): unknown {
  const [, kind, name] =
    (typeof value === 'string' && value.match(/^\[\s*(variables|parameters)\(\s*'([^']+)'\s*\)\s*\]$/i)) ||
    [];
  if (kind === undefined || name === undefined || depth > 5) return value;
  const found = lookUp(template, kind.toLowerCase(), name.toLowerCase());
  return found === undefined ? value : resolve(found, template, depth + 1);
}

function lookUp(value: unknown, kind: string, name: string): unknown {
  if (Array.isArray(value)) return firstOf(value, (item) => lookUp(item, kind, name));
  const node = object(value);
  if (node === undefined) return undefined;
  const holder = Object.entries(node).find(([key]) => key.toLowerCase() === kind)?.[1];
  const entry = Object.entries(object(holder) ?? {}).find(([key]) => key.toLowerCase() === name)?.[1];
  const found = kind === 'variables' ? entry : (at(entry, 'value') ?? at(entry, 'defaultValue'));
  return found ?? firstOf(Object.values(node), (item) => lookUp(item, kind, name));
}

/** Conditions that hold where the legacy agent is; what stands under `not` says the opposite. */
function looksForLegacy(condition: unknown): boolean {
  if (Array.isArray(condition)) return condition.some(looksForLegacy);
  const node = object(condition);
  if (node === undefined) return false;
  const field = node['field'] ?? node['value'];
  const wanted = [node['equals'], node['like'], node['in'], node['match'], node['matchInsensitively']].flat();
  if (typeof field === 'string' && wanted.some((value) => legacyAlias(field, value))) return true;
  return Object.entries(node).some(([key, item]) => key !== 'not' && looksForLegacy(item));
}

/** An alias such as `…/extensions/type` or `…extensions[*].publisher`, or an expression around it. */
function legacyAlias(alias: string, value: unknown): boolean {
  const key = alias.match(/extensions.*[/.](type|publisher)['")\]]*$/i)?.[1];
  return key !== undefined && isLegacy(key, value);
}

function isLegacy(key: string, value: unknown): boolean {
  if (typeof value !== 'string') return false;
  const names: readonly string[] =
    key.toLowerCase() === 'publisher' ? [LEGACY_PUBLISHER] : key.toLowerCase() === 'type' ? LEGACY_TYPES : [];
  // `like` takes one asterisk; alone it would stand for everything.
  const [start = '', end] = value.toLowerCase().split('*');
  return names.some((name) =>
    end === undefined
      ? name.toLowerCase() === start
      : start + end !== '' && name.toLowerCase().startsWith(start) && name.toLowerCase().endsWith(end),
  );
}

function turnsProvisioningOn(value: unknown): boolean {
  if (Array.isArray(value)) return value.some(turnsProvisioningOn);
  const node = object(value);
  if (node === undefined) return false;
  const on = String(at(node['properties'], 'autoProvision')).toLowerCase() === 'on';
  return (on && same(node['type'], PROVISIONING)) || Object.values(node).some(turnsProvisioningOn);
}

function asksForProvisioning(details: unknown, condition: unknown): boolean {
  return (
    same(at(details, 'type'), PROVISIONING) &&
    same(at(condition, 'field'), `${PROVISIONING}/autoProvision`) &&
    same(at(condition, 'equals'), 'On')
  );
}

function object(value: unknown): Json | undefined {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Json) : undefined;
}

function at(value: unknown, key: string): unknown {
  return object(value)?.[key];
}

function same(a: unknown, b: string): boolean {
  return typeof a === 'string' && a.toLowerCase() === b.toLowerCase();
}

function firstOf(values: readonly unknown[], pick: (value: unknown) => unknown): unknown {
  for (const value of values) {
    const found = pick(value);
    if (found !== undefined) return found;
  }
  return undefined;
}
