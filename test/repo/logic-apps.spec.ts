import { describe, expect, it } from 'vitest';
import type { z } from 'zod';
import { ApproveWave, startWaveSchema, WithReason } from '../../functions/http/schemas.ts';
import { PHASES } from '../../shared/model/phase.ts';
import { WAVE_STEPS } from '../../shared/model/wave.ts';
import { readText, repositoryFiles } from '../support/contract/sources.ts';
import { bicepFile, keyOf, propertyOf } from '../support/infra/bicep-file.ts';
import { named } from '../support/infra/syntax.ts';
import { type Action, actionsOf, type Workflow, workflowFaults } from '../support/infra/workflow.ts';

const FOLDER = 'infra/logic-apps/';
const paths = (repositoryFiles() ?? []).filter(
  (path) => path.startsWith(FOLDER) && path.endsWith('.workflow.json'),
);
const read = (path: string) => JSON.parse(readText(path)) as Workflow;
const samples = paths.map((path) => [path.slice(FOLDER.length), read(path)] as const);

/** Routes as `functions/routes.ts` has them: `POST waves/{id}/approve`. */
const ROUTES = [
  ...readText('functions/routes.ts').matchAll(/\['\w+', '(GET|POST)', '([^']+)', '\w+'\]/g),
].map(([, method = '', route = '']) => ({ method, route, pattern: patternOf(route) }));
/** What the API makes of a body. */
const BODIES: Readonly<Record<string, (body: unknown) => z.ZodType>> = {
  'POST waves': startWaveSchema,
  'POST waves/{id}/approve': () => ApproveWave,
  'POST waves/{id}/hold': () => WithReason,
};
const HOST = "@{parameters('apiHost')}";
/** The one address the API itself gives. */
const LOCATION = "@{outputs('Start')?['headers']?['Location']}";

function patternOf(route: string): RegExp {
  return new RegExp(`^/api/${route.replaceAll(/\{\w+\}/g, '(?:@\\{[^}]*\\}|[^/]+)')}$`);
}

/** What is wrong with a call of the API; undefined where it is none. */
function callFaults(name: string, { inputs = {}, operationOptions }: Action): string[] {
  const { uri = '', method = '', headers = {}, body, authentication } = inputs;
  if (!uri.startsWith(HOST) || uri === `${HOST}${LOCATION}`) return [];
  const route = ROUTES.find((one) => one.method === method && one.pattern.test(uri.slice(HOST.length)));
  if (route === undefined) return [`${name}: the API has no ${method} ${uri.slice(HOST.length)}`];
  const key = `${route.method} ${route.route}`;
  return [
    ...(authentication?.type === 'ManagedServiceIdentity' ? [] : [`${name}: has no identity`]),
    ...(headers['x-functions-key'] === undefined ? [`${name}: has no function key`] : []),
    ...(operationOptions === 'DisableAsyncPattern' ? [] : [`${name}: would follow the Location by itself`]),
    ...(STARTS.includes(key) && headers['Idempotency-Key'] === undefined
      ? [`${name}: has no Idempotency-Key`]
      : []),
    ...(method === 'POST' ? bodyFaults(name, key, body) : []),
  ];
}

/** Calls that start something: a second one with the same key gets the first answer. */
const STARTS = ['POST waves', 'POST inventories', 'POST plans', 'POST plans/{id}/runs'];

function bodyFaults(name: string, route: string, body: unknown): string[] {
  const schema = BODIES[route];
  if (schema === undefined) return [`${name}: the bodies of ${route} are not compared`];
  const filled = filledIn(body);
  const parsed = schema(filled).safeParse(filled);
  return parsed.success
    ? []
    : parsed.error.issues.map(({ path, message }) => `${name}: ${path.join('.')}: ${message}`);
}

/** A body with a value for every expression: a number where one counts, else its last text, or some text. */
function filledIn(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(filledIn);
  if (value !== null && typeof value === 'object')
    return Object.fromEntries(Object.entries(value).map(([name, field]) => [name, filledIn(field)]));
  if (typeof value !== 'string' || !value.startsWith('@')) return value;
  if (value.startsWith('@length(')) return 0;
  return value.startsWith('@if(') ? ([...value.matchAll(/'([^']*)'/g)].at(-1)?.[1] ?? '') : 'text';
}

describe('the samples for Logic Apps', () => {
  it('are there', () => {
    expect(samples.map(([name]) => name)).toEqual([
      'approval-mail.workflow.json',
      'approval-teams.workflow.json',
      'servicenow-bridge.workflow.json',
      'weekly-wave.workflow.json',
    ]);
    expect(ROUTES.length).toBeGreaterThan(50);
  });

  it.each(samples)('%s holds together', (_, workflow) => {
    expect(workflowFaults(workflow)).toEqual([]);
  });

  it.each(samples)('%s calls the API as it is', (_, workflow) => {
    const calls = actionsOf(workflow).filter(([, { inputs }]) => inputs?.uri?.startsWith(HOST));
    expect(calls.length).toBeGreaterThan(1);
    expect(calls.flatMap(([name, action]) => callFaults(name, action))).toEqual([]);
  });

  it.each(samples)('%s knows phases and steps by their names', (_, workflow) => {
    const text = JSON.stringify(workflow);
    const compared = (field: string) =>
      [...text.matchAll(new RegExp(`\\['${field}'\\], '(\\w+)'`, 'g'))].map((match) => match[1] ?? '');
    expect(PHASES).toEqual(expect.arrayContaining(compared('phase')));
    expect(WAVE_STEPS).toEqual(expect.arrayContaining(compared('step')));
  });

  it.each(samples)('%s gets the parameters it declares', (name, { parameters }) => {
    const path = `${FOLDER}${name.replace('.workflow.json', '.bicep')}`;
    const file = bicepFile(path, readText(path));
    const workflow = file.resources.find(({ target }) => target.startsWith('Microsoft.Logic/workflows@'));
    const given = propertyOf(propertyOf(workflow?.body, 'properties'), 'parameters');
    expect((given === undefined ? [] : named(given)).map(keyOf).sort()).toEqual(
      Object.keys(parameters).sort(),
    );
    expect(readText(path)).toContain(`loadJsonContent('${name}')`);
  });

  it('follow a start by the Location of its answer, as slowly as the API says', () => {
    const [, workflow] = samples.find(([name]) => name.startsWith('weekly')) ?? [];
    const all = new Map(actionsOf(workflow as Workflow).map(([name, action]) => [name, action]));
    expect(all.get('Look')?.inputs?.uri).toBe(`${HOST}${LOCATION}`);
    expect(JSON.stringify(all.get('Pause')?.inputs)).toContain("outputs('Look')?['headers']?['Retry-After']");
    expect(all.get('Start')?.inputs?.headers?.['Idempotency-Key']).toContain("parameters('planId')");
  });
});

describe('a sample that is wrong is refused', () => {
  const weekly = (change: (text: string) => string) =>
    JSON.parse(change(readText(`${FOLDER}weekly-wave.workflow.json`))) as Workflow;
  const faults = (workflow: Workflow) => [
    ...workflowFaults(workflow),
    ...actionsOf(workflow).flatMap(([name, action]) => callFaults(name, action)),
  ];

  it.each([
    ['nothing', (text: string) => text, []],
    [
      'a route',
      (text: string) => text.replaceAll('/api/waves"', '/api/wave"'),
      ['List_waves: the API has no GET /api/wave', 'Start: the API has no POST /api/wave'],
    ],
    [
      'a field',
      (text: string) => text.replace('"wave":', '"number":'),
      [
        'Start: wave: Invalid input: expected number, received undefined',
        'Start: : Unrecognized key: "number"',
      ],
    ],
    [
      'no key of its own',
      (text: string) => text.replace('Idempotency-Key', 'If-Match'),
      ['Start: has no Idempotency-Key'],
    ],
    [
      'no identity',
      (text: string) => text.replaceAll('ManagedServiceIdentity', 'Basic'),
      ['List_waves: has no identity', 'Start: has no identity'],
    ],
    [
      'a secret to be seen',
      (text: string) => text.replaceAll('"outputs"', '"none"'),
      ['Read_key: shows a secret in its outputs'],
    ],
    [
      'an action that is not there',
      (text: string) => text.replaceAll("body('Of_plan')", "body('Of_a_plan')"),
      ['Of_a_plan: is read and not there'],
    ],
    [
      'a parameter that is not there',
      (text: string) => text.replaceAll("parameters('planId')", "parameters('plan')"),
      ['plan: is no parameter', 'planId: is a parameter nobody reads'],
    ],
    [
      'an expression that is not closed',
      (text: string) => text.replace("@length(body('Of_plan'))\"", "@length(body('Of_plan')\""),
      ["@length(body('Of_plan'): is not closed"],
    ],
  ])('for %s', (_, change, expected) => {
    expect(faults(weekly(change))).toEqual(expected);
  });
});
