import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { convertWorkspace, type RuleSet } from '../../../../shared/rules/convert/convert.ts';
import type { ExistingRule } from '../../../../shared/rules/convert/existing.ts';
import type { LossCode, WorkspaceSettings } from '../../../../shared/rules/convert/model.ts';
import { originKey } from '../../../../shared/rules/convert/order.ts';
import { runs, shuffled } from '../../../support/rules/arbitraries.ts';
import { bicepFaults } from '../../../support/rules/bicep-scan.ts';
import { bodyFaults } from '../../../support/rules/body-faults.ts';
import { deployed } from '../../../support/rules/deployed.ts';
import { messySolutions, messySources } from '../../../support/rules/messy-settings.ts';
import { wideningsIn } from '../../../support/rules/widenings.ts';
import { WORKSPACE } from '../../../support/rules/workspace.ts';

const CEF = ['local4', 'odd'];
const GROUP = '/subscriptions/s/resourceGroups/g';

function convert(settings: WorkspaceSettings, existingRules: readonly ExistingRule[] = []): RuleSet {
  return convertWorkspace(settings, {
    existingRules,
    options: { cefFacilities: CEF, resourceGroupId: GROUP },
  });
}

const messy = fc
  .tuple(messySources, messySolutions)
  .map(
    ([sources, solutions]): WorkspaceSettings => ({ workspace: WORKSPACE, sources, solutions, unread: [] }),
  );

const LISTS: Readonly<Record<string, readonly [list: string, key: string]>> = {
  WindowsEvent: ['eventTypes', 'eventType'],
  LinuxSyslog: ['syslogSeverities', 'severity'],
  LinuxPerformanceObject: ['performanceCounters', 'counterName'],
};

/** Losses of a source as a whole. */
const WHOLE: readonly LossCode[] = ['unknownFacility', 'channelNotCollectable'];

/** Items of a source in its own words, where it has a list of them. */
function itemsOf(kind: string, properties: unknown): readonly string[] {
  const [list, key] = LISTS[kind] ?? [];
  if (list === undefined || key === undefined) return [];
  const values = (properties as Readonly<Record<string, unknown>> | null)?.[list];
  if (!Array.isArray(values)) return [];
  return values.map((value) => value?.[key]).filter((item): item is string => typeof item === 'string');
}

describe('whatever a workspace holds', () => {
  it('gives rules inside every limit, and a Bicep file that holds together', () => {
    fc.assert(
      fc.property(messy, (settings) => {
        const set = convert(settings);
        for (const { name, body } of set.rules) expect(bodyFaults(name, body)).toEqual([]);
        expect(bicepFaults(set.bicep)).toEqual([]);
        expect(new Set(set.rules.map(({ name }) => name)).size).toBe(set.rules.length);
      }),
      runs(60),
    );
  });

  it('gives the same bytes in any order', () => {
    const twice = messy.chain((settings) =>
      fc.record({
        one: fc.constant(settings),
        other: fc
          .tuple(shuffled(settings.sources), shuffled(settings.solutions))
          .map(([sources, solutions]) => ({ ...settings, sources, solutions })),
      }),
    );
    fc.assert(
      fc.property(twice, ({ one, other }) => {
        expect(JSON.stringify(convert(other))).toBe(JSON.stringify(convert(one)));
      }),
      runs(60),
    );
  });

  it('puts every item into a rule or into the report, and no item into two rules of one kind', () => {
    fc.assert(
      fc.property(messy, (settings) => {
        const { rules, losses } = convert(settings);
        const told = [...rules.flatMap(({ origins }) => origins), ...losses.map(({ origin }) => origin)];
        const itemsTold = new Set(told.map(originKey));
        for (const { id: sourceId, kind, properties } of settings.sources) {
          expect(told.map((origin) => origin.sourceId)).toContain(sourceId);
          const items = itemsOf(kind, properties);
          const untold = items.filter((item) => !itemsTold.has(originKey({ sourceId, kind, item })));
          const isRefusedWhole = losses.some(
            ({ origin, code }) =>
              origin.sourceId === sourceId &&
              (WHOLE.includes(code) || (code === 'malformed' && !items.includes(origin.item))),
          );
          expect(isRefusedWhole ? [] : untold).toEqual([]);
        }
        for (const os of ['Windows', 'Linux']) {
          const placed = rules
            .filter(({ kind, body }) => kind === os && body.properties.dataSources.logFiles === undefined)
            .flatMap(({ name, origins }) =>
              origins.map((origin) => `${name.replace(/-\d+$/, '')} ${originKey(origin)}`),
            );
          expect(new Set(placed).size).toBe(placed.length);
        }
      }),
      runs(60),
    );
  });

  it('widens nothing', () => {
    fc.assert(
      fc.property(messy, (settings) => {
        expect(wideningsIn(settings, convert(settings).rules, CEF)).toEqual([]);
      }),
      runs(150),
    );
  });

  it('leaves its own rules as they are the second time', () => {
    fc.assert(
      fc.property(messy, (settings) => {
        const first = convert(settings);
        const again = convert(settings, deployed(first));
        expect(again.rules.map(({ state }) => state)).toEqual(first.rules.map(() => 'unchanged'));
        expect(again.rules.map(({ resourceId }) => resourceId)).toEqual(
          first.rules.map(({ resourceId }) => resourceId),
        );
        const { id, obsolete, reused, losses } = again;
        expect({ id, obsolete, reused, losses }).toEqual({
          ...{ id: first.id, obsolete: [], reused: [], losses: first.losses },
        });
      }),
      runs(60),
    );
  });
});
