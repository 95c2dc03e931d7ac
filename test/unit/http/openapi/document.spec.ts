import SwaggerParser from '@apidevtools/swagger-parser';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { agrees } from '../../../../functions/http/answers/answer.ts';
import { openApiDocument, PLACED } from '../../../../functions/http/openapi/document.ts';
import { inAnyCase } from '../../../../functions/http/openapi/json-schema.ts';
import { problemsOf } from '../../../../functions/http/openapi/operation.ts';
import { OPERATIONS } from '../../../../functions/http/openapi/operations.ts';
import { PROBLEM_CODES } from '../../../../functions/http/problem.ts';
import { OPEN_ROUTES, ROUTES } from '../../../../functions/routes.ts';

// biome-ignore lint/suspicious/noExplicitAny: a document of which a test looks at any part.
const document = openApiDocument() as any;

interface Told {
  readonly operationId: string;
  readonly summary: string;
  readonly description: string;
  readonly parameters: readonly {
    readonly name: string;
    readonly description: string;
    readonly schema: object;
  }[];
  readonly responses: Readonly<Record<string, { readonly description: string; readonly content?: object }>>;
}
const told = Object.values(document.paths as Record<string, Record<string, Told>>).flatMap((verbs) =>
  Object.values(verbs),
);

describe('the OpenAPI document', () => {
  it('is valid OpenAPI 3.1', async () => {
    await expect(SwaggerParser.validate(structuredClone(document))).resolves.toBeDefined();
    expect(document.openapi).toMatch(/^3\.1\./);
  });

  it('has every registered HTTP function at its route, and no other', () => {
    const registered = [...OPEN_ROUTES, ...ROUTES].map(
      ([name, method, route]) => `${name} ${method} /${route}`,
    );
    const described = Object.entries(document.paths as Record<string, Record<string, Told>>).flatMap(
      ([path, verbs]) =>
        Object.entries(verbs).map(
          ([verb, { operationId }]) => `${operationId} ${verb.toUpperCase()} ${path}`,
        ),
    );
    expect(described.sort()).toEqual(registered.sort());
    expect(Object.keys(OPERATIONS).sort()).toEqual([...OPEN_ROUTES, ...ROUTES].map(([name]) => name).sort());
  });

  it.each(told.map((one) => [one.operationId, one] as const))('%s says what it is for', (_, operation) => {
    expect(operation.summary).toMatch(/^[A-Z][^.]{5,80}$/);
    expect(operation.description).toMatch(/^[A-Z`].{3,}\.$/);
    for (const { name, description } of operation.parameters) expect(description, name).toMatch(/^.{5,}\.$/);
    const good = Object.keys(operation.responses).filter((status) => status < '300');
    expect(good.length).toBeGreaterThan(0);
    for (const { description } of Object.values(operation.responses)) expect(description).toMatch(/\.$/);
  });

  it('names parameters of routes that are there, and all of them', () => {
    for (const { name, path, operation } of PLACED) {
      const inRoute = [...path.matchAll(/\{(\w+)\}/g)].map(([, one]) => one);
      expect(Object.keys(operation.path ?? {}).sort(), name).toEqual(inRoute.sort());
    }
  });

  it('names problems that the app knows, and each of them at one operation at least', () => {
    const named = PLACED.flatMap(({ operation }) => problemsOf(operation));
    expect([...new Set(named)].sort()).toEqual([...PROBLEM_CODES].sort());
  });

  it('has examples that its schemas take', () => {
    const ajv = new Ajv2020({ strict: false, logger: false });
    ajv.addSchema({ $id: 'api', ...document });
    let examples = 0;
    const visit = (value: unknown): void => {
      if (value === null || typeof value !== 'object') return;
      const { schema, example } = value as { schema?: { $ref: string }; example?: unknown };
      if (schema?.$ref !== undefined && example !== undefined) {
        examples += 1;
        const check = ajv.compile({ $ref: `api${schema.$ref}` });
        expect(check(example), `${schema.$ref}: ${ajv.errorsText(check.errors)}`).toBe(true);
      }
      for (const inner of Object.values(value)) visit(inner);
    };
    visit(document.paths);
    const bodies = PLACED.filter(({ operation }) => operation.body !== undefined);
    expect(examples).toBeGreaterThanOrEqual(bodies.length);
    for (const { name, operation } of bodies) expect(operation.example, name).toBeDefined();
  });

  it('says the same at every call', () => {
    expect(JSON.stringify(openApiDocument())).toBe(JSON.stringify(document));
  });
});

describe('patterns for any case', () => {
  it.each<[RegExp, string, boolean]>([
    [/^\/subscriptions\/[^/]+\/.+/i, '/SubScriptions/x/y', true],
    [/^\/subscriptions\/[^/]+\/.+/i, '/subscription/x/y', false],
    [/^[a-f]{2}x\.y$/i, 'aFX.Y', true],
    [/^[a-f]{2}x\.y$/i, 'agx.y', false],
    [/^[a-f]{2}x\.y$/i, 'aax-y', false],
  ])('%s takes "%s": %s', (pattern, text, fits) => {
    expect(pattern.test(text)).toBe(fits);
    expect(new RegExp(inAnyCase(pattern.source)).test(text)).toBe(fits);
  });
});

describe('a schema that says otherwise than its view', () => {
  interface View {
    readonly id: string;
    readonly names: readonly string[];
    readonly note?: string;
  }
  const id = z.string();
  const names = z.array(z.string());
  const note = z.string().exactOptional();

  it('is no schema of it for the compiler', () => {
    expect(agrees<View>()(z.strictObject({ id, names, note }))).toBeDefined();
    // @ts-expect-error: a field of the view is not in it
    expect(agrees<View>()(z.strictObject({ id, note }))).toBeDefined();
    // @ts-expect-error: an optional field of the view is not in it
    expect(agrees<View>()(z.strictObject({ id, names }))).toBeDefined();
    // @ts-expect-error: it has a field of its own
    expect(agrees<View>()(z.strictObject({ id, names, note, more: id }))).toBeDefined();
    // @ts-expect-error: it has an optional field of its own
    expect(agrees<View>()(z.strictObject({ id, names, note, more: note }))).toBeDefined();
    // @ts-expect-error: a field has another type
    expect(agrees<View>()(z.strictObject({ id: z.number(), names, note }))).toBeDefined();
    // @ts-expect-error: a field is narrower
    expect(agrees<View>()(z.strictObject({ id: z.enum(['a']), names, note }))).toBeDefined();
    // @ts-expect-error: what may be absent is needed
    expect(agrees<View>()(z.strictObject({ id, names, note: id }))).toBeDefined();
  });
});
