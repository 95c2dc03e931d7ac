import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { TYPES_PRESENT } from '../support/contract/bicep-types.ts';
import { ROOT, readText, repositoryFiles } from '../support/contract/sources.ts';
import { type BicepFile, bicepFile } from '../support/infra/bicep-file.ts';
import { bodyFaults, memberFaults } from '../support/infra/bodies.ts';
import { moduleFaults, valueFaults } from '../support/infra/modules.ts';
import { symbolFaults } from '../support/infra/symbols.ts';
import { parse, parseParameters } from '../support/infra/syntax.ts';

const paths = (repositoryFiles() ?? []).filter((path) => /^infra\/.*\.bicep$/.test(path));
const files = new Map(paths.map((path) => [path, bicepFile(path, readText(path))]));
const resources = [...files.values()].flatMap((file) =>
  file.resources.map((resource) => ({ file, resource })),
);

/** Resource types that are not among those beside the project: their bodies are compared with no type. */
const UNTYPED = [
  'Microsoft.Insights/components@2020-02-02',
  'Microsoft.Network/privateDnsZones/virtualNetworkLinks@2024-06-01',
  'Microsoft.Network/privateDnsZones@2024-06-01',
  'Microsoft.Web/connections@2016-06-01',
];

describe('the Bicep files', () => {
  it('were found', () => {
    expect(paths).toEqual(expect.arrayContaining(['infra/main.bicep', 'infra/modules/plan-and-app.bicep']));
  });

  it('parse', () => {
    expect(
      [...files.values()].flatMap(({ path, faults }) => faults.map((fault) => `${path}:${fault}`)),
    ).toEqual([]);
  });

  it('use what is declared, and declare what is used', () => {
    expect([...files.values()].flatMap(symbolFaults)).toEqual([]);
  });

  it('give modules what they ask for, and take what they give', () => {
    expect([...files.values()].flatMap((file) => moduleFaults(file, files))).toEqual([]);
  });

  it('are all reached, or deployed by themselves', () => {
    const called = new Set(
      [...files.values()].flatMap(({ path, modules }) =>
        modules.map(({ target }) => new URL(target, `file:///${path}`).pathname.slice(1)),
      ),
    );
    const roots = paths.filter((path) => !called.has(path) && !path.startsWith('infra/logic-apps/'));
    expect(roots).toEqual(['infra/estate/management-group.bicep', 'infra/main.bicep']);
  });

  it('describe every parameter and output', () => {
    const faults = [...files.values()].flatMap(({ path, root }) =>
      root.namedChildren
        .filter(({ type }) => /^(parameter|output)_declaration$/.test(type))
        .filter((node) => {
          const before = node.previousNamedSibling;
          return before?.type !== 'decorators' || !/@description\('[^']{5,}\.'\)/.test(before.text);
        })
        .map((node) => `${path}: ${node.text.split('\n')[0]}`),
    );
    expect(faults).toEqual([]);
  });

  it('are given parameters that there are', () => {
    const main = files.get('infra/main.bicep') as BicepFile;
    const { root, faults } = parseParameters(readText('infra/main.bicepparam'));
    expect(faults).toEqual([]);
    const given = root
      .descendantsOfType('variable_declaration')
      .map((node) => node.namedChildren[0]?.text ?? '');
    expect([...main.parameters.keys()]).toEqual(expect.arrayContaining(given));
    for (const { name, required } of main.parameters.values()) if (required) expect(given).toContain(name);
  });
});

describe.skipIf(!TYPES_PRESENT)('the bodies of resources', () => {
  it('are valid for their api-version', () => {
    const checked = resources.map(({ file, resource }) => bodyFaults(file, resource));
    console.log(
      `bodies checked: ${checked.filter((faults) => faults !== undefined).length} of ${checked.length}`,
    );
    expect(checked.flatMap((faults) => faults ?? [])).toEqual([]);
  });

  it('are read by names that their types have', () => {
    expect([...files.values()].flatMap(memberFaults)).toEqual([]);
    const storage = 'infra/modules/storage.bicep';
    const wrong = readText(storage).replace('primaryEndpoints.table', 'primaryEndpoints.tables');
    expect(memberFaults(bicepFile(storage, wrong))).toEqual([
      `${storage}: Microsoft.Storage/storageAccounts has no properties.primaryEndpoints.tables`,
    ]);
  });

  it('have types, but for a few', () => {
    const untyped = resources.filter(({ file, resource }) => bodyFaults(file, resource) === undefined);
    expect([...new Set(untyped.map(({ resource }) => resource.target))].sort()).toEqual(UNTYPED);
  });
});

describe('the Bicep compiler', () => {
  const bicep = ['bicep', 'az bicep'].find((command) => run(`${command} --version`).status === 0);
  if (bicep === undefined) console.log('skipped: no Bicep compiler on PATH');
  it.skipIf(bicep === undefined).each(paths)('builds and lints %s without a warning', (path) => {
    const flag = bicep === 'bicep' ? '' : '--file ';
    for (const verb of ['build --stdout', 'lint']) {
      const { status, stderr } = run(`${bicep} ${verb} ${flag}${path}`);
      expect(stderr).not.toMatch(/\b(Warning|Error)\b/);
      expect(status).toBe(0);
    }
  });
});

function run(command: string) {
  return spawnSync(command, { cwd: fileURLToPath(ROOT), shell: true, encoding: 'utf8', timeout: 60_000 });
}

const MODULE = `
@description('x')
@allowed(['one', 'two'])
param mode string
param count int = 1
param list string[] = []
output id string = '\${mode}\${count}\${length(list)}'
`;

function faultsOf(main: string): readonly string[] {
  const all = new Map([
    ['m/main.bicep', bicepFile('m/main.bicep', main)],
    ['m/part.bicep', bicepFile('m/part.bicep', MODULE)],
  ]);
  const file = all.get('m/main.bicep') as BicepFile;
  return [...file.faults, ...symbolFaults(file), ...moduleFaults(file, all)];
}

describe('a file that is wrong is refused', () => {
  it.each([
    [
      'nothing',
      "module a 'part.bicep' = { params: { mode: 'one', list: ['x'] } }\noutput o string = a.outputs.id",
      [],
    ],
    ['a brace that is missing', "output o string = '\n", [expect.stringMatching(/^\d+:\d+: /)]],
    ['a path', "module a 'gone.bicep' = { params: {} }", ['m/main.bicep: module a: there is no gone.bicep']],
    [
      'a parameter left out',
      "module a 'part.bicep' = { params: {} }",
      ['m/main.bicep: module a: parameter mode is missing'],
    ],
    [
      'a parameter too many',
      "module a 'part.bicep' = { params: { mode: 'one', mood: 'x' } }",
      ['m/main.bicep: module a: m/part.bicep has no parameter mood'],
    ],
    [
      'a value of another type',
      "param n int\nmodule a 'part.bicep' = { params: { mode: n, count: 'x' } }",
      [
        'm/main.bicep: module a: parameter mode is a string, not a int',
        'm/main.bicep: module a: parameter count is a int, not a string',
      ],
    ],
    [
      'a value that is not allowed',
      "module a 'part.bicep' = { params: { mode: 'three' } }",
      ['m/main.bicep: module a: parameter mode must be one of one, two'],
    ],
    [
      'an output',
      "module a 'part.bicep' = { params: { mode: 'one' } }\noutput o string = a.outputs.name",
      ['m/main.bicep: module a: m/part.bicep has no output name'],
    ],
    [
      'an output of a module under a condition',
      "module a 'part.bicep' = if (true) { params: { mode: 'one' } }\noutput o string = a!.outputs.name",
      ['m/main.bicep: module a: m/part.bicep has no output name'],
    ],
    [
      'a scope',
      "targetScope = 'subscription'\nmodule a 'part.bicep' = { params: { mode: 'one' } }",
      ['m/main.bicep: module a: m/part.bicep is for a resourceGroup, and gets a subscription'],
    ],
    ['a name', 'output o string = nobody', ['m/main.bicep:1: nobody is not declared']],
    ['a name in a text', `output o string = 'a\${nobody.id}'`, ['m/main.bicep:1: nobody is not declared']],
    ['a function', 'output o string = frobnicate()', ['m/main.bicep:1: frobnicate is not declared']],
    [
      'a loop whose name is used outside',
      'var a = [for x in []: x]\noutput o array = [a, x]',
      ['m/main.bicep:2: x is not declared'],
    ],
    ['a parameter that nobody uses', 'param idle string', ['m/main.bicep: the parameter idle is not used']],
  ])('for %s', (_, text, expected) => {
    expect(faultsOf(text)).toEqual(expected);
  });

  it('for a parameter of a parameter file', () => {
    const { root } = parse("var mode = 'three'");
    const file = bicepFile('m/part.bicep', MODULE);
    const [mode] = [...file.parameters.values()];
    const node = root.descendantsOfType('string')[0];
    expect(mode && node && valueFaults(mode, node, file)).toEqual(['parameter mode must be one of one, two']);
  });

  it.skipIf(!TYPES_PRESENT).each([
    ['is right', (text: string) => text, []],
    [
      'lacks what is required',
      (text: string) => text.replace("kind: 'StorageV2'", ''),
      ['infra/modules/storage.bicep: account: kind: is required'],
    ],
    [
      'has a property that there is not',
      (text: string) => text.replace('allowSharedKeyAccess:', 'allowSharedKeys:'),
      ['infra/modules/storage.bicep: account: properties.allowSharedKeys: is not a property of this type'],
    ],
    [
      'has a value of another kind',
      (text: string) => text.replace('allowSharedKeyAccess: false', "allowSharedKeyAccess: 'no'"),
      ['infra/modules/storage.bicep: account: properties.allowSharedKeyAccess: expected a boolean, not "no"'],
    ],
    [
      'has one wrong end of a condition',
      (text: string) => text.replace("isPrivate ? 'Deny' : 'Allow'", "isPrivate ? 'Deny' : 'Perhaps'"),
      [
        'infra/modules/storage.bicep: account: properties.networkAcls.defaultAction: no alternative fits "Perhaps"',
      ],
    ],
  ])('where the body %s', (_, change, expected) => {
    const path = 'infra/modules/storage.bicep';
    const file = bicepFile(path, change(readText(path)));
    expect(file.resources.flatMap((resource) => bodyFaults(file, resource) ?? [])).toEqual(expected);
  });
});
