import { describe, expect, it } from 'vitest';
import type { Machine } from '../../../shared/model/machine.ts';
import { compileQuery } from '../../../shared/waves/machine-query.ts';
import { aMachine, anAmaExtension, anExtension, WORKSPACE_ID } from '../../support/builders.ts';

const machine = aMachine({
  osVersion: '10.0',
  tags: { env: 'prod' },
  extensions: [anExtension(), anAmaExtension({ version: '1.2' })],
});

function answer(query: Record<string, unknown>, subject: Machine = machine): boolean {
  const compiled = compileQuery(query, 'selection.query');
  if (!compiled.ok) throw new Error(JSON.stringify(compiled.faults));
  return compiled.test(subject);
}

function pathsOf(query: unknown): string[] {
  const compiled = compileQuery(query as Record<string, unknown>, 'selection.query');
  return compiled.ok ? [] : compiled.faults.map(({ path }) => path);
}

describe('compileQuery', () => {
  it.each<[Record<string, unknown>, boolean]>([
    [{ os: 'windows' }, true],
    [{ os: 'linux' }, false],
    [{ os: 'windows', region: 'northeurope' }, false],
    [{ osVersion: { $in: ['6.3', '10.0'] } }, true],
    [{ osVersion: { $nin: ['10.0'] } }, false],
    [{ 'tags.env': 'prod' }, true],
    [{ 'tags.env': { $exists: false } }, false],
    [{ tags: { env: 'prod' } }, true],
    [{ legacyWorkspaces: WORKSPACE_ID }, true],
    [{ legacyWorkspaces: { $size: 1 } }, true],
    [{ legacyWorkspaces: { $size: 2 } }, false],
    [{ extensions: { $elemMatch: { publisher: 'Microsoft.Azure.Monitor', version: '1.2' } } }, true],
    [{ extensions: { $elemMatch: { publisher: 'Microsoft.Azure.Monitor', version: '1.0' } } }, false],
    [{ 'heartbeats.legacy': { $lt: '2026-11-22' } }, true],
    [{ $or: [{ os: 'linux' }, { 'tags.env': 'prod' }] }, true],
    [{ $nor: [{ os: 'windows' }] }, false],
    [{ $and: [{ os: 'windows' }, { region: { $ne: 'westeurope' } }] }, false],
    [{ name: { $not: { $in: ['web-01'] } } }, false],
    [{ vmId: null }, true],
  ])('%j is %s', (query, expected) => {
    expect(answer(query)).toBe(expected);
  });

  it.each<[Record<string, unknown>, Partial<Machine>]>([
    [{ 'tags.env': { $ne: 'prod' } }, { tags: { Env: 'Prod' } }],
    [{ 'tags.ENV': { $exists: false } }, { tags: { env: 'prod' } }],
    [{ 'tags.cost.center': { $ne: 'pci' } }, { tags: { 'cost.center': 'pci' } }],
    [{ resourceGroup: { $ne: 'rg-prod' } }, { resourceGroup: 'RG-Prod' }],
    [{ region: { $ne: 'West Europe' } }, { region: 'westeurope' }],
    [{ legacyWorkspaces: { $nin: [WORKSPACE_ID.toUpperCase()] } }, {}],
    [{ $nor: [{ 'extensions.publisher': 'microsoft.azure.monitor' }] }, {}],
  ])('%j leaves out a machine that is only written otherwise', (query, changes) => {
    expect(answer(query, { ...machine, ...changes })).toBe(false);
  });

  it.each<[string, unknown]>([
    ['selection.query', {}],
    ['selection.query', { $or: Array.from({ length: 300 }, (_, i) => ({ name: `web-${i}` })) }],
    ['selection.query.$where', { $where: 'true' }],
    ['selection.query.os.$where', { os: { $where: 'process.exit()' } }],
    ['selection.query.name.$regex', { name: { $regex: '^(a+)+$' } }],
    ['selection.query.name.$options', { name: { $options: 'i' } }],
    ['selection.query.name.$type', { name: { $type: 'string' } }],
    ['selection.query.name.$mod', { name: { $mod: [2, 0] } }],
    ['selection.query.name.$like', { name: { $like: 'web' } }],
    ['selection.query.os.$or', { os: { $or: [{ $eq: 'linux' }] } }],
    ['selection.query.os.in', { os: { $in: ['linux'], in: [] } }],
    ['selection.query.operatingSystem', { operatingSystem: 'linux' }],
    ['selection.query.$or[1].oss', { $or: [{ os: 'linux' }, { oss: 'linux' }] }],
    ['selection.query.$or', { $or: [] }],
    ['selection.query.$and', { $and: { os: 'linux' } }],
    ['selection.query.$nor[0]', { $nor: ['linux'] }],
    ['selection.query.os.$in', { os: { $in: 'linux' } }],
    ['selection.query.os.$in[1].$where', { os: { $in: ['a', { $where: '1' }] } }],
    ['selection.query.os.$eq.$where', { os: { $eq: { $where: '1' } } }],
    ['selection.query.tags.env.$where', { tags: { env: { $where: '1' } } }],
    ['selection.query.os.$gt', { os: { $gt: null } }],
    ['selection.query.os.$exists', { os: { $exists: 'yes' } }],
    ['selection.query.tags.$size', { tags: { $size: -1 } }],
    ['selection.query.os.$not', { os: { $not: 'linux' } }],
    ['selection.query.os.$not.$where', { os: { $not: { $where: '1' } } }],
    ['selection.query.extensions.$elemMatch.$where', { extensions: { $elemMatch: { $where: '1' } } }],
    [
      'selection.query.extensions.$elemMatch.type.$regex',
      { extensions: { $elemMatch: { type: { $regex: 'a' } } } },
    ],
    ['selection.query.tags.__proto__', { 'tags.__proto__': 1 }],
    ['selection.query.constructor', { constructor: 1 }],
    ['selection.query.heartbeats.scmo', { 'heartbeats.scmo': null }],
  ])('refuses at %s: %j', (path, query) => {
    expect(pathsOf(query)).toEqual([path]);
  });

  it('names every fault at once', () => {
    expect(pathsOf({ oss: 1, name: { $regex: 'x' } })).toEqual([
      'selection.query.oss',
      'selection.query.name.$regex',
    ]);
  });

  it('refuses what is nested without end, and what is huge', () => {
    let deep: unknown = { os: 'linux' };
    for (let i = 0; i < 50; i += 1) deep = { $and: [deep] };

    expect(pathsOf(deep)).toHaveLength(1);
    expect(pathsOf({ name: 'x'.repeat(60_000) })).toEqual(['selection.query']);
  });
});
