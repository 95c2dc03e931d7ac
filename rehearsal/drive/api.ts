import { z } from 'zod';

/** The app's answers as a client reads them: only the fields it uses, tolerant of the rest. */
export const InventoryView = z.object({
  id: z.string(),
  status: z.enum(['running', 'completed', 'failed']),
  problem: z.string().nullable(),
  summary: z
    .object({
      machines: z.number(),
      azureVms: z.number(),
      arcServers: z.number(),
      windows: z.number(),
      linux: z.number(),
      legacyOnly: z.number(),
      bothAgents: z.number(),
      amaOnly: z.number(),
      neither: z.number(),
      resourceGraphPages: z.number(),
    })
    .nullable(),
});
export type InventoryView = z.infer<typeof InventoryView>;

export const PlanView = z.object({
  id: z.string(),
  name: z.string(),
  waves: z.array(z.object({ index: z.number(), machineCount: z.number() })),
  counts: z.object({
    machines: z.number(),
    planned: z.number(),
    alreadyMigrated: z.number(),
    blocked: z.number(),
    notSelected: z.number(),
  }),
  blocked: z.array(
    z.object({
      machineId: z.string(),
      reasons: z.array(
        z.object({ code: z.string(), text: z.string(), needs: z.string(), detail: z.string().optional() }),
      ),
    }),
  ),
});
export type PlanView = z.infer<typeof PlanView>;

/** The app's own numbers: a client adds nothing up. */
export const PlanReportView = z.object({
  completed: z.boolean(),
  numbers: z.object({
    machines: z.number(),
    migrated: z.number(),
    legacyKept: z.number(),
    alreadyMigrated: z.number(),
    blocked: z.number(),
    failed: z.number(),
    takenBack: z.number(),
    open: z.number(),
    notReached: z.number(),
    notSelected: z.number(),
    bothAgentsHours: z.number(),
  }),
});
export type PlanReportView = z.infer<typeof PlanReportView>;

const Outcome = z.object({
  status: z.string(),
  reason: z.string().optional(),
  code: z.string().optional(),
  detail: z.string().optional(),
  /** The reason as a sentence. */
  text: z.string().optional(),
});
export type OutcomeView = z.infer<typeof Outcome>;

export const WaveView = z.object({
  id: z.string(),
  index: z.number(),
  phase: z.string(),
  message: z.string(),
  step: z.string(),
  machineCount: z.number(),
  totals: z.object({ machines: z.number(), inFlight: z.number(), verified: z.number(), failed: z.number() }),
  counts: z.record(z.string(), z.record(z.string(), z.number())),
  holds: z.array(z.object({ kind: z.string(), reason: z.string(), by: z.string() })),
  connectors: z.array(z.object({ workspaceId: z.string(), outcome: Outcome, dependents: z.number() })),
  createdAt: z.string(),
  finishedAt: z.string().nullable(),
  rollback: z
    .object({
      finishedAt: z.string().nullable(),
      connectors: z.array(z.object({ workspaceId: z.string(), outcome: Outcome })),
    })
    .optional(),
});
export type WaveView = z.infer<typeof WaveView>;

export const WaveMachines = z.object({
  machines: z.array(z.object({ machineId: z.string(), outcomes: z.record(z.string(), Outcome) })),
  next: z.string().optional(),
});

/** An answer that is a problem document: the code is stable, the sentence is for people. */
export class ApiError extends Error {
  readonly status: number;
  readonly code: string;
  readonly faults: readonly { path: string; message: string }[];
  constructor(
    status: number,
    code: string,
    detail: string,
    faults: readonly { path: string; message: string }[],
  ) {
    super(detail);
    this.status = status;
    this.code = code;
    this.faults = faults;
  }
}

const ProblemDocument = z.object({
  code: z.string().default('unknown'),
  detail: z.string().default(''),
  errors: z.array(z.object({ path: z.string(), message: z.string() })).default([]),
});

export interface ApiOptions {
  /** Address of the app without the route prefix, e.g. http://127.0.0.1:7071. */
  readonly url: string;
  readonly key?: string;
  /** `fetch`, or a host in the same process. */
  fetch(request: Request): Promise<Response>;
}

export interface Answer<T> {
  readonly body: T;
  readonly location: string | null;
  readonly retryAfterMs: number | null;
}

/** A small client for the app's HTTP API. */
export function createApi(options: ApiOptions) {
  async function call<S extends z.ZodType>(
    method: 'GET' | 'POST',
    path: string,
    schema: S,
    body?: unknown,
    idempotencyKey?: string,
  ): Promise<Answer<z.infer<S>>> {
    const response = await reach(
      new Request(new URL(`/api${path}`, options.url), {
        method,
        headers: {
          accept: 'application/json',
          ...(body === undefined ? {} : { 'content-type': 'application/json' }),
          ...(options.key === undefined ? {} : { 'x-functions-key': options.key }),
          ...(idempotencyKey === undefined ? {} : { 'idempotency-key': idempotencyKey }),
        },
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      }),
    );
    const text = await response.text();
    if (!response.ok) throw apiError(response.status, text);
    const retryAfter = Number(response.headers.get('retry-after'));
    return {
      body: schema.parse(JSON.parse(text)),
      location: response.headers.get('location'),
      retryAfterMs: retryAfter > 0 ? retryAfter * 1000 : null,
    };
  }

  async function reach(request: Request): Promise<Response> {
    try {
      return await options.fetch(request);
    } catch (error) {
      const { cause } = error as { cause?: { code?: string; message?: string } };
      const why = cause?.code ?? cause?.message ?? (error as Error).message;
      throw new ApiError(0, 'unreachable', `The app at ${options.url} cannot be reached: ${why}.`, []);
    }
  }

  return {
    get: <S extends z.ZodType>(path: string, schema: S) => call('GET', path, schema),
    post: <S extends z.ZodType>(path: string, schema: S, body: unknown, idempotencyKey?: string) =>
      call('POST', path, schema, body, idempotencyKey),
  };
}

export type Api = ReturnType<typeof createApi>;

function apiError(status: number, text: string): ApiError {
  try {
    const { code, detail, errors } = ProblemDocument.parse(JSON.parse(text));
    return new ApiError(status, code, detail, errors);
  } catch {
    const hint = status === 401 ? ' The function key is missing or wrong.' : '';
    return new ApiError(status, `http${status}`, `The app answered ${status}.${hint}`, []);
  }
}
