import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { bicepString, bicepValue } from '../../../../shared/rules/convert/bicep-value.ts';
import { renderRule } from '../../../../shared/rules/convert/body.ts';
import { convertWorkspace } from '../../../../shared/rules/convert/convert.ts';
import type { Collected } from '../../../../shared/rules/convert/model.ts';
import { pack } from '../../../../shared/rules/convert/pack.ts';
import { oddText, originNumber, runs, TEXT_COLUMNS, wantedList } from '../../../support/rules/arbitraries.ts';
import { bicepFaults } from '../../../support/rules/bicep-scan.ts';
import { bodyFaults } from '../../../support/rules/body-faults.ts';
import { LITERAL, literalSettings, WORKSPACE } from '../../../support/rules/workspace.ts';

const render = (...all: readonly Collected[]) =>
  pack(all.map((collected, i) => ({ collected, origins: [originNumber(i)] }))).rules.map((rule) =>
    renderRule(rule, WORKSPACE),
  );

describe('bodies of rules', () => {
  it('are inside every limit and consistent in themselves, whatever is wanted', () => {
    fc.assert(
      fc.property(wantedList, (wanted) => {
        const { rules } = convertWorkspace(literalSettings(wanted), {
          existingRules: [],
          converters: [LITERAL],
        });
        for (const { name, body } of rules) expect(bodyFaults(name, body)).toEqual([]);
        expect(new Set(rules.map(({ name }) => name)).size).toBe(rules.length);
      }),
      runs(60),
    );
  });

  it('have the names of the properties that the public generator has wrong', () => {
    const [iis] = render({ what: 'iisLog', os: 'windows', stream: 'Microsoft-W3CIISLog' });
    expect(iis?.body.properties.dataSources.iisLogs?.[0]?.logDirectories).toEqual([]);
    const [log] = render({
      ...{ what: 'logFile', os: 'linux', table: 'App_CL', filePatterns: ['/var/log/app.log'] },
      ...{
        recordStartTimestampFormat: 'ISO 8601',
        transformKql: 'source | extend A = 1',
        columns: TEXT_COLUMNS,
      },
    });
    expect(log?.body.properties.dataFlows).toEqual([
      {
        streams: ['Custom-Input-App'],
        destinations: ['workspace'],
        transformKql: 'source | extend A = 1',
        outputStream: 'Custom-App_CL',
      },
    ]);
  });

  it('give two logs of one table a stream each', () => {
    const log = (recordStartTimestampFormat: string): Collected => ({
      ...{ what: 'logFile', os: 'linux', table: 'App_CL', filePatterns: ['/a.log'] },
      ...{ recordStartTimestampFormat, transformKql: 'source', columns: TEXT_COLUMNS },
    });
    const [rule] = render(log('ISO 8601'), log('yyMMdd HH:mm:ss'));
    expect(Object.keys(rule?.body.properties.streamDeclarations ?? {})).toEqual([
      'Custom-Input-App',
      'Custom-Input-App_2',
    ]);
  });

  it('name the endpoint only where the agent needs one, and do not count it as content', () => {
    const firewall: Collected = { what: 'firewallLog', os: 'windows', stream: 'Microsoft-WindowsFirewall' };
    const [packed] = pack([{ collected: firewall, origins: [originNumber(0)] }]).rules;
    if (packed === undefined) throw new Error('no rule');
    const without = renderRule(packed, WORKSPACE);
    const given = renderRule(packed, WORKSPACE, '/endpoint');
    expect(without.endpointNeeded).toBe(true);
    expect(given.body.properties.dataCollectionEndpointId).toBe('/endpoint');
    expect(given.hash).toBe(without.hash);
  });

  it('have one name per workspace, also where two workspaces are called the same', () => {
    const [packed] = pack([
      {
        collected: { what: 'iisLog', os: 'windows', stream: 'Microsoft-W3CIISLog' },
        origins: [originNumber(0)],
      },
    ]).rules;
    if (packed === undefined) throw new Error('no rule');
    const other = { ...WORKSPACE, id: WORKSPACE.id.replace('rg-logs', 'rg-other') };
    expect(renderRule(packed, other).name).not.toBe(renderRule(packed, WORKSPACE).name);
    const long = renderRule(packed, { ...WORKSPACE, name: 'W'.repeat(63) });
    expect(bodyFaults(long.name, long.body)).toEqual([]);
  });
});

describe('Bicep', () => {
  it('holds together, whatever the settings hold', () => {
    fc.assert(
      fc.property(wantedList, (wanted) => {
        const { bicep } = convertWorkspace(literalSettings(wanted), {
          existingRules: [],
          converters: [LITERAL],
        });
        expect(bicepFaults(bicep)).toEqual([]);
      }),
      runs(40),
    );
  });

  it('takes every value', () => {
    fc.assert(
      fc.property(fc.dictionary(oddText, fc.jsonValue()), (value) => {
        expect(bicepFaults(`var x = ${bicepValue(value)}\n`)).toEqual([]);
      }),
    );
  });

  it('escapes', () => {
    expect(bicepString(`a'b\\c${'$'}{d}\n\r\t\u0000`)).toBe(`'a\\'b\\\\c\\${'$'}{d}\\n\\r\\t\\u{0}'`);
    expect(bicepValue({ 'a b': 1.5, if: [], ok: null, big: 1e20, none: {} })).toBe(
      "{\n  'a b': json('1.5')\n  'if': []\n  ok: null\n  big: json('100000000000000000000')\n  none: {}\n}",
    );
  });

  it('would be refused with text that breaks out', () => {
    expect(bicepFaults("var x = 'a'b'\n")).not.toEqual([]);
    expect(bicepFaults(`var x = '${'$'}{y}'\n`)).toEqual(['line 1: interpolation']);
    expect(bicepFaults('var x = {\n')).toEqual(['1 brackets stay open']);
  });
});
