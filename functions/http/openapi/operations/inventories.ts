import { Inventory } from '../../answers/inventory.ts';
import {
  FindingPage,
  InventoryDiff,
  InventoryPage,
  InventoryStarted,
  MachinePage,
  Network,
  ProxyProfileMade,
  WorkspacePage,
} from '../../answers/inventory-pages.ts';
import { DiffQuery } from '../../inventory-diff.ts';
import { MachinesQuery } from '../../inventory-parts.ts';
import { NetworkRequest, ProxyProfileRequest } from '../../network.ts';
import { ListQuery, StartInventory } from '../../schemas.ts';
import { INVENTORIES } from '../choices.ts';
import type { Operation } from '../operation.ts';
import { request } from '../requests.ts';

const path = { id: 'Id of an inventory, or `latest` for the newest one that is completed.' };
const READ = ['inventoryNotFound', 'inventoryNotReady'] as const;
const choices = { id: INVENTORIES };

export const INVENTORY_OPERATIONS = {
  postInventory: {
    tag: 'inventories',
    summary: 'Take an inventory',
    description:
      'Starts discovery: machines, workspaces, rules and what blocks each machine. An empty scope is all that the identity of the app can see. Follow `Location` until `status` is no longer `running`.',
    body: request('StartInventory', StartInventory),
    example: { scope: { subscriptions: ['11111111-1111-4111-8111-111111111111'] } },
    starts: true,
    answers: {
      202: {
        what: 'Discovery runs.',
        body: InventoryStarted,
        headers: ['location'],
        example: { id: 'inv-0a1b2c3d4e5f6071', status: 'running' },
      },
    },
    flows: { visibility: 'important' },
  },
  listInventories: {
    tag: 'inventories',
    summary: 'List inventories',
    description: 'Newest first.',
    query: ListQuery,
    answers: { 200: { what: 'A page of inventories.', body: InventoryPage } },
    flows: { visibility: 'advanced' },
  },
  getInventory: {
    tag: 'inventories',
    summary: 'Get an inventory',
    description:
      'Its state and the counts of what it found. While it runs, `Retry-After` says when to look again.',
    path,
    answers: { 200: { what: 'The inventory.', body: Inventory, headers: ['retry-after'] } },
    problems: ['inventoryNotFound'],
    flows: { visibility: 'important', choices },
  },
  getInventoryMachines: {
    tag: 'inventories',
    summary: 'List machines of an inventory',
    description:
      'Machines with their agents, rules, heartbeats and assessment. A page may be shorter than asked for, even empty, while `next` is there.',
    path,
    query: MachinesQuery,
    answers: { 200: { what: 'A page of machines.', body: MachinePage, csv: true, headers: ['x-next'] } },
    problems: READ,
    flows: { visibility: 'important', choices },
  },
  getInventoryWorkspaces: {
    tag: 'inventories',
    summary: 'List workspaces of an inventory',
    description: 'Who writes where, and how much; `unread` names workspaces that could not be read.',
    path,
    query: ListQuery,
    answers: { 200: { what: 'A page of workspaces.', body: WorkspacePage } },
    problems: READ,
  },
  getInventoryFindings: {
    tag: 'inventories',
    summary: 'List findings of an inventory',
    description:
      'What a person should know or do. `machines` counts what machines have; list those with `GET /inventories/{id}/machines?finding=CODE`.',
    path,
    query: ListQuery,
    answers: { 200: { what: 'A page of findings.', body: FindingPage, csv: true, headers: ['x-next'] } },
    problems: READ,
    flows: { visibility: 'important', choices },
  },
  getInventoryDiff: {
    tag: 'inventories',
    summary: 'Compare two inventories',
    description:
      'What changed since another inventory, machine by machine; the first page has rules and workspaces too.',
    path,
    query: DiffQuery,
    answers: { 200: { what: 'A page of changes.', body: InventoryDiff, csv: true, headers: ['x-next'] } },
    problems: READ,
  },
  postNetwork: {
    tag: 'inventories',
    summary: 'List hosts to open',
    description:
      'What firewalls, proxies and gateways must let through for the machines of an inventory. It changes nothing.',
    path,
    body: request('NetworkRequest', NetworkRequest),
    example: { onlyLegacy: true },
    answers: {
      200: { what: 'Hosts and ports.', body: Network, csv: true, headers: ['x-machines-without-list'] },
    },
    problems: READ,
  },
  postProxyProfile: {
    tag: 'inventories',
    summary: 'Turn a legacy proxy into a profile',
    description:
      'A proxy as the legacy agent has it, as a profile for a plan. Nothing of it is stored, logged or answered; credentials belong into Key Vault.',
    body: request('ProxyProfileRequest', ProxyProfileRequest),
    example: { legacyProxy: 'http://proxy.contoso.example:8080' },
    answers: { 200: { what: 'The profile.', body: ProxyProfileMade } },
  },
} as const satisfies Record<string, Operation>;
