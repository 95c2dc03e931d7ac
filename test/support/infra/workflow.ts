/** A workflow definition of Logic Apps (workflow definition language, 2016-06-01), as far as our samples use it. */
export interface Workflow {
  readonly parameters: Readonly<Record<string, unknown>>;
  readonly triggers: Readonly<Record<string, unknown>>;
  readonly actions: Readonly<Record<string, Action>>;
}

export interface Action {
  readonly type: string;
  readonly runAfter?: Readonly<Record<string, readonly string[]>>;
  readonly inputs?: Inputs;
  readonly actions?: Readonly<Record<string, Action>>;
  readonly else?: { readonly actions?: Readonly<Record<string, Action>> };
  readonly cases?: Readonly<Record<string, { readonly actions: Readonly<Record<string, Action>> }>>;
  readonly operationOptions?: string;
  readonly runtimeConfiguration?: { readonly secureData?: { readonly properties: readonly string[] } };
}

interface Inputs {
  readonly method?: string;
  readonly uri?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: unknown;
  readonly authentication?: { readonly type: string };
}

export type Named = readonly [name: string, action: Action, siblings: readonly string[]];

/** All actions, also those in conditions and loops. */
export function actionsOf({ actions }: Pick<Workflow, 'actions'>): Named[] {
  const siblings = Object.keys(actions);
  return Object.entries(actions).flatMap(([name, action]) => [
    [name, action, siblings] as const,
    ...[
      action.actions,
      action.else?.actions,
      ...Object.values(action.cases ?? {}).map((one) => one.actions),
    ].flatMap((inner) => actionsOf({ actions: inner ?? {} })),
  ]);
}

/** Names that do not lead anywhere, secrets that would be shown in the history of a run, and names used twice. */
export function workflowFaults(workflow: Workflow): string[] {
  const all = actionsOf(workflow);
  const names = all.map(([name]) => name);
  const text = JSON.stringify(workflow);
  const used = (pattern: RegExp) => [...new Set([...text.matchAll(pattern)].map((match) => match[1] ?? ''))];
  return [
    ...names.filter((name, i) => names.indexOf(name) !== i).map((name) => `${name}: is there twice`),
    ...all.flatMap(([name, { runAfter = {} }, siblings]) =>
      Object.keys(runAfter)
        .filter((other) => !siblings.includes(other))
        .map((other) => `${name}: runs after ${other}, which is not beside it`),
    ),
    ...used(/\b(?:body|outputs|items)\('([^']+)'\)/g)
      .filter((name) => !names.includes(name))
      .map((name) => `${name}: is read and not there`),
    ...used(/\bparameters\('([^']+)'\)/g)
      .filter((name) => !(name in workflow.parameters))
      .map((name) => `${name}: is no parameter`),
    ...Object.keys(workflow.parameters)
      .filter((name) => !text.includes(`parameters('${name}')`))
      .map((name) => `${name}: is a parameter nobody reads`),
    ...all.flatMap(([name, action]) => secretFaults(name, action)),
    ...expressions(workflow)
      .filter((one) => !isBalanced(one))
      .map((one) => `${one}: is not closed`),
  ];
}

function secretFaults(name: string, { inputs, runtimeConfiguration }: Action): string[] {
  const secure = runtimeConfiguration?.secureData?.properties ?? [];
  const given = /body\('Read_(key|password)'\)/.test(JSON.stringify(inputs ?? {}));
  if (given && !secure.includes('inputs')) return [`${name}: shows a secret in its inputs`];
  const reads = /SecretUri'\)/i.test(inputs?.uri ?? '') || /PasswordUri'\)/.test(inputs?.uri ?? '');
  return reads && !secure.includes('outputs') ? [`${name}: shows a secret in its outputs`] : [];
}

function expressions(value: unknown): string[] {
  if (typeof value === 'string') return /^@|@\{/.test(value) ? [value] : [];
  if (value === null || typeof value !== 'object') return [];
  return Object.values(value).flatMap(expressions);
}

function isBalanced(text: string): boolean {
  const bare = text.replaceAll(/'[^']*'/g, '');
  const count = (sign: string) => bare.split(sign).length;
  return (
    !bare.includes("'") &&
    [
      ['(', ')'],
      ['{', '}'],
      ['[', ']'],
    ].every(([a = '', b = '']) => count(a) === count(b))
  );
}
