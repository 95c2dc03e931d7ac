import { existsSync, readFileSync } from 'node:fs';
import SwaggerParser from '@apidevtools/swagger-parser';
import AjvDraft04 from 'ajv-draft-04';
import { describe, expect, it } from 'vitest';
import { PLACED } from '../../../../functions/http/openapi/document.ts';
import { flowConnector } from '../../../../functions/http/openapi/flow-connector.ts';
import { swaggerSchema, titleOf } from '../../../../functions/http/openapi/swagger-schema.ts';
import { EVENT_TYPES } from '../../../../shared/model/event.ts';
import { ROOT } from '../../../support/contract/sources.ts';

const AT = new URL('https://ama.contoso.example/api/openapi.json');
const SCHEMA = new URL('../shared/data/connector-schemas/apiDefinition.swagger.schema.json', ROOT);
const known = existsSync(SCHEMA);
if (!known) console.log('skipped: the schemas of connectors are not beside this project');

// biome-ignore lint/suspicious/noExplicitAny: a document of which a test looks at any part.
const document = flowConnector(AT) as any;

describe('the flow connector', () => {
  it('is valid Swagger 2.0', async () => {
    await expect(SwaggerParser.validate(structuredClone(document))).resolves.toBeDefined();
    expect(document).toMatchObject({ swagger: '2.0', host: AT.host, basePath: '/api', schemes: ['https'] });
  });

  it('signs in at a tenant where one is named, and has no key then', async () => {
    const signIn = 'https://login.microsoftonline.com/11111111-1111-4111-8111-111111111111';
    const made = flowConnector(AT, { signIn });
    await expect(SwaggerParser.validate(structuredClone(made) as never)).resolves.toBeDefined();
    expect(made).toMatchObject({
      securityDefinitions: {
        entra: {
          ...{ type: 'oauth2', flow: 'accessCode', tokenUrl: `${signIn}/oauth2/token` },
          authorizationUrl: `${signIn}/oauth2/authorize`,
        },
      },
      security: [{ entra: [] }],
    });
    expect(Object.keys(made['securityDefinitions'] as object)).toEqual(['entra']);
  });

  it.skipIf(!known)('is as Microsoft describes definitions of connectors', () => {
    const check = connectorCheck();
    expect(check(document), JSON.stringify(check.errors?.slice(0, 5))).toBe(true);
    expect(check({ ...document, swagger: '3.0' })).toBe(false);
  });

  it('has the operations that people use in flows, and those that fill their lists', () => {
    const inFlows = PLACED.filter(({ operation }) => operation.flows !== undefined).map(({ name }) => name);
    expect(
      operations()
        .map(([, { operationId }]) => operationId)
        .sort(),
    ).toEqual(inFlows.sort());
    expect(inFlows).toEqual(
      expect.arrayContaining(['postInventory', 'postPlan', 'postWave', 'getWave', 'approveWave', 'holdWave']),
    );
    // What cannot be undone, or needs more care than a form of a designer gives, is not among them.
    for (const name of ['postTableMigration', 'postGuards', 'disableAutoProvisioning', 'changeWaveMachines'])
      expect(inFlows).not.toContain(name);
  });

  it('offers choices from lists that are there, by fields that they have', () => {
    let choices = 0;
    const visit = (value: unknown): void => {
      if (value === null || typeof value !== 'object') return;
      const list = (value as Record<string, unknown>)['x-ms-dynamic-list'] as DynamicList | undefined;
      if (list !== undefined) {
        choices += 1;
        const found = operations().find(([, { operationId }]) => operationId === list.operationId);
        const schema = resolve(found?.[1].responses['200']?.schema);
        const items = resolve(resolve(schema?.properties?.[list.itemsPath])?.items);
        expect(items?.properties, list.operationId).toHaveProperty(list.itemValuePath);
        expect(items?.properties, list.operationId).toHaveProperty(list.itemTitlePath);
        const needed = found?.[1].parameters.filter(({ required }) => required).map(({ name }) => name);
        expect(Object.keys(list.parameters ?? {})).toEqual(needed);
      }
      for (const inner of Object.values(value)) visit(inner);
    };
    visit(document.paths);
    expect(choices).toBeGreaterThan(20);
  });

  it('shows plans and waves of the plan where a wave is started', () => {
    const [, start] = operations().find(([, { operationId }]) => operationId === 'postWave') ?? [];
    const { planId, wave, selection } =
      start?.parameters.find(({ name }) => name === 'body')?.schema?.properties ?? {};
    expect(planId).toMatchObject({
      'x-ms-visibility': 'important',
      'x-ms-dynamic-values': { operationId: 'listPlans' },
    });
    expect(wave).toMatchObject({
      'x-ms-dynamic-values': { operationId: 'getPlan', parameters: { id: { parameter: 'planId' } } },
      'x-ms-dynamic-list': { parameters: { id: { parameterReference: 'body/planId' } } },
    });
    expect(selection).toMatchObject({ type: 'object', 'x-ms-visibility': 'advanced' });
  });
});

describe('a trigger', () => {
  it('is what subscribes to events, and its end what Location names', () => {
    const path = document.paths['/subscriptions'];
    expect(path).toMatchObject({
      'x-ms-notification-content': { schema: { $ref: '#/definitions/CloudEvent' } },
      post: { 'x-ms-trigger': 'single', 'x-ms-visibility': 'important', responses: { 201: {} } },
    });
    const { schema } = path.post.parameters.find(({ name }: { name: string }) => name === 'body');
    expect(schema.required).toEqual(['callbackUrl']);
    expect(schema.properties.callbackUrl).toMatchObject({
      ...{ type: 'string', 'x-ms-notification-url': true, 'x-ms-visibility': 'internal' },
    });
    expect(schema.properties.types).toMatchObject({ type: 'array', items: { enum: [...EVENT_TYPES] } });
    expect(document.paths['/subscriptions/{id}'].delete['x-ms-visibility']).toBe('internal');
    expect(document.definitions.CloudEvent.properties).toHaveProperty('data');
  });

  it('offers plans and waves item by item', () => {
    const { schema } = document.paths['/subscriptions'].post.parameters.find(
      ({ name }: { name: string }) => name === 'body',
    );
    const { planIds, waveIds } = schema.properties;
    expect(planIds['x-ms-dynamic-list']).toBeUndefined();
    expect(planIds.items).toMatchObject({
      type: 'string',
      'x-ms-dynamic-list': { operationId: 'listPlans' },
    });
    expect(waveIds.items).toMatchObject({
      type: 'string',
      'x-ms-dynamic-values': { operationId: 'listWaves' },
    });
  });
});

describe('a schema in the words of Swagger 2.0', () => {
  it.each<[string, Parameters<typeof swaggerSchema>[0], object]>([
    ['null', { anyOf: [{ type: 'string' }, { type: 'null' }] }, { type: 'string', 'x-nullable': true }],
    ['one value', { type: 'string', const: 'a' }, { type: 'string', enum: ['a'] }],
    ['a reference', { $ref: '#/components/schemas/Plan' }, { $ref: '#/definitions/Plan' }],
    [
      'a nullable reference',
      { anyOf: [{ $ref: '#/components/schemas/A' }, { type: 'null' }] },
      { $ref: '#/definitions/A' },
    ],
    ['unlike forms', { anyOf: [{ type: 'string' }, { type: 'number' }] }, {}],
    ['forms of a list', { anyOf: [{ type: 'array' }, { type: 'array' }] }, { type: 'array', items: {} }],
    [
      'what it does not know',
      { type: 'object', propertyNames: {}, additionalProperties: false },
      { type: 'object' },
    ],
    [
      'objects told apart by a field',
      {
        oneOf: [
          {
            type: 'object',
            properties: { kind: { const: 'a' }, x: { type: 'string' } },
            required: ['kind', 'x'],
          },
          { type: 'object', properties: { kind: { const: 'b' } }, required: ['kind'] },
        ],
      },
      {
        type: 'object',
        properties: {
          kind: { type: 'string', enum: ['a', 'b'], 'x-ms-summary': 'Kind' },
          x: { type: 'string', 'x-ms-summary': 'X' },
        },
        required: ['kind'],
      },
    ],
  ])('%s', (_, schema, wanted) => {
    expect(swaggerSchema(schema)).toEqual(wanted);
  });

  it('gives fields titles', () => {
    expect(['planId', 'machineIds', 'soakUntil', 'by', 'Idempotency-Key'].map(titleOf)).toEqual([
      ...['Plan ID', 'Machine IDs', 'Soak Until', 'By', 'Idempotency Key'],
    ]);
  });
});

interface DynamicList {
  readonly operationId: string;
  readonly parameters?: object;
  readonly itemsPath: string;
  readonly itemValuePath: string;
  readonly itemTitlePath: string;
}
interface Schema {
  readonly $ref?: string;
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly items?: Schema;
}
interface Told {
  readonly operationId: string;
  readonly parameters: readonly { name: string; required: boolean; schema?: Schema }[];
  readonly responses: Readonly<Record<string, { readonly schema?: Schema }>>;
}

function operations(): [string, Told][] {
  return Object.values(document.paths as Record<string, Record<string, Told>>).flatMap((verbs) =>
    Object.entries(verbs).filter(([verb]) => !verb.startsWith('x-')),
  );
}

function resolve(schema: Schema | undefined): Schema | undefined {
  const name = schema?.$ref?.split('/').at(-1);
  return name === undefined ? schema : document.definitions[name];
}

/** Microsoft's schema, which holds comments and commas that JSON does not know. */
function connectorCheck() {
  const text = readFileSync(SCHEMA, 'utf8')
    .replace(/^\s*\/\/.*$/gm, '')
    .replace(/,(\s*[}\]])/g, '$1');
  const Ajv = AjvDraft04.default;
  return new Ajv({ strict: false, logger: false, validateFormats: false }).compile(JSON.parse(text));
}
