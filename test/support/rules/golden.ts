import { readdirSync, readFileSync } from 'node:fs';
import {
  type ConvertOptions,
  convertWorkspace,
  type RuleSet,
} from '../../../shared/rules/convert/convert.ts';
import { productOf } from '../../../shared/rules/convert/kinds/solution-names.ts';
import type { WorkspaceSettings } from '../../../shared/rules/convert/model.ts';
import { type ArmSettings, existingRules, settingsFromArm } from './arm-settings.ts';

/** A folder a case: `settings.json` is written by hand, `ruleset.json` and `ruleset.bicep` are recorded. */
export const GOLDEN = new URL('../../golden/rulesets/', import.meta.url);

export interface GoldenCase {
  readonly name: string;
  readonly arm: ArmSettings & { readonly options?: ConvertOptions };
  readonly settings: WorkspaceSettings;
}

/** All cases, in the order of their names. */
export function goldenCases(): readonly GoldenCase[] {
  return readdirSync(GOLDEN, { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map(({ name }) => goldenCase(name))
    .sort((a, b) => (a.name < b.name ? -1 : 1));
}

export function goldenCase(name: string): GoldenCase {
  const arm = JSON.parse(readFileSync(new URL(`${name}/settings.json`, GOLDEN), 'utf8'));
  return { name, arm, settings: settingsFromArm(arm) };
}

/** Through the converters of the app: nothing of a case says what is to come out. */
export function convertCase({ arm, settings }: GoldenCase, options: ConvertOptions = {}): RuleSet {
  return convertWorkspace(settings, {
    existingRules: existingRules(arm),
    options: { ...arm.options, ...options },
  });
}

/** The recorded files of a case, by name. */
export function recordingOf(one: GoldenCase): Readonly<Record<string, string>> {
  const { bicep, ...set } = convertCase(one);
  return { 'ruleset.json': `${JSON.stringify(set, null, 2)}\n`, 'ruleset.bicep': bicep };
}

/** Kinds and solutions that the cases bring together, in lower case. */
export function coveredBy(cases: readonly GoldenCase[]): ReadonlySet<string> {
  return new Set(
    cases.flatMap(({ settings: { sources, solutions } }) =>
      [...sources.map(({ kind }) => kind), ...solutions.map(productOf)].map((one) => one.toLowerCase()),
    ),
  );
}
